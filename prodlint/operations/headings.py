"""What a heading about failures, rollbacks or copies is really about, and whether what stands below it can be followed.

Knows: words that such headings share with features of products (recovery of passwords, rollbacks of transactions, names of tools), what makes a text
one that can be followed. Does not know: documents, or whether what they say is right.
"""

from __future__ import annotations

from typing import Protocol

from prodlint import regex as re
from prodlint.model import Span


class Told(Protocol):
    """A part of a document."""

    @property
    def heading(self) -> str: ...

    def said(self, *keys: str) -> list[tuple[Span, str]]: ...


# rollbacks, copies that come back, and failures: in Korean, Japanese, Chinese, Russian, Ukrainian, Spanish, Portuguese, French, Italian, German,
# Polish, Turkish and Vietnamese; and English words that an ending of Korean or Japanese follows without a space
_GLUED = r"(?=[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af])"
BACK_ELSEWHERE = (
    rf"roll[- ]?back{_GLUED}|롤백|ロールバック|切り戻し|回滚|回退|откат|відкат"
    r"|\brevertir\b|\breversi[óo]n|\breverter\b|\bretour (?:en )?arri[èe]re|\bzur[üu]ckroll"
    r"|\bgeri alma\b"
)
RESTORE_ELSEWHERE = (
    rf"(?:restor\w{{1,5}}|recovery){_GLUED}|복구|복원|復旧|復元|リストア|恢复|还原|восстановлени|відновлен|\brestaura(?:r|ci[óo]n|[çc][ãa]o|tion)|\brecupera(?:r|ci[óo]n|[çc][ãa]o)"
    r"|\breprise apr[èe]s|\bripristin|\bwiederherstell|\bprzywr[aó]|\bgeri y[üu]kle|\bkh[ôo]i ph[ụu]c\b"
)
FAILURE_ELSEWHERE = (
    rf"(?:incident|runbook|outage|disaster){_GLUED}|장애(?!인)|재해|런북|비상 ?대응|障害|災害|緊急対応"
    r"|灾难|灾备|应急|сбо[йеяи](?![а-я])|авари|инцидент|інцидент"
    r"|\b(?:desastre|contingencia|conting[êe]ncia|emergencia|emerg[êe]ncia|incident[ei]s?)\b|\bsinistre\b"
    r"|\bpannes?\b|\bnotfall|\bst[öo]rungen?\b|\bausf[äa]ll|\bawari|\bs[ựu] c[ốo]\b"
)
_ELSEWHERE = re.compile(rf"(?i){BACK_ELSEWHERE}|{RESTORE_ELSEWHERE}|{FAILURE_ELSEWHERE}")
# all that such a heading says in Korean, Japanese or Chinese: with one word more it may be a chapter on how the app is made
_EASTERN = re.compile(
    r"(?i)(?:[\W\d_]|DB|DR|RDS|S3|postgres(?:ql)?|mysql|mongodb|redis|docker|kubernetes|k8s|disaster|recovery|roll[- ]?back|runbook|backup|restore"
    r"|incident"
    r"|단계|장애|재해|재난|비상|긴급|문제|오류|에러|대응|해결|복구|복원|롤백|백업|데이터베이스|데이터|디비|서버|서비스|시스템|운영|환경|배포|릴리[스즈]|버전|이전|절차|방법|가이드"
    r"|매뉴얼|계획|전략|조치|처리|점검|확인|발생|시|및|와|과|런북|하기"
    r"|障害|災害|緊急|トラブルシューティング|トラブル|対応|復旧|復元|リストア|ロールバック|切り戻し|バックアップ|データベース|データ|サーバー?|サービス|システム|デプロイ|リリース"
    r"|バージョン|本番|運用|環境|手順書?|方法|ガイド|マニュアル|計画|発生|以前|時|の|と|から|を|する|へ"
    r"|故障|灾难|灾备|灾害|应急|紧急|回滚|回退|恢复|还原|备份|数据库?|服务器?|系统|部署|发布|上线|版本|生产|环境|步骤|流程|方案|方法|指南|手册|预案|计划|处理|排查|排除|响应"
    r"|如何|与|和|的|及|到|从)++"
)
# in the other languages: what comes or goes back, beside its word
_OF_A_SERVICE = re.compile(
    r"(?i)\b(?:d(?:atos|ados|onn[ée]es|aten)|serv[ie]\w*|sistem\w*|syst[èe]m\w*|versi[óo]n\w*|vers[ãa]o|deploy\w*|releases?|desplieg\w*|d[ée]ploi\w*|implanta\w*|desastre\w*"
    r"|incident\w*|dienst\w*|sunucu\w*|m[áa]y ch[ủu]|h[ệe] th[ốo]ng)\b|сервер|сервис|систем|релиз|деплой|верси|версі|сбо|авари"
)
_BARE = re.compile(rf"(?i)[\W\d_]*(?:{BACK_ELSEWHERE}|{FAILURE_ELSEWHERE}|(?!restauration)(?:{RESTORE_ELSEWHERE}))\w{{0,12}}[\W\d_]*")
# recovery and restoring of what is no data of the app, rollbacks that are no release's
_OF_A_PRODUCT = re.compile(
    r"(?i)\b(?:passwords?|accounts?|mfa|2fa|two-factor|totp|passkeys?|tokens?|credentials?|wallets?|seed phrases?|sessions?|connections?"
    r"|errors? (?:recovery|handling|boundar\w*)"
    r"|crash(?:es)?|exceptions?|status(?:es)?|state|scroll|drafts?|purchases?|subscriptions?|carts?|pdfs?|undo|transactions?|sagas?|savepoints?|consistency|two-phase|optimistic"
    r"|(?:soft[- ]?)?deleted|trash|approve|publish|window|tabs?)\b"
    r"|비밀번호|계정|회원|토큰|세션|주문|결제|パスワード|アカウント|注文|セッション|密码|账[号户]|订单|会话|парол|аккаунт|учетн|заказ"
    r"|\bcontrase[ñn]a|\bcuentas?\b|\bsenhas?\b|\bcontas?\b|\bmots? de passe|\bcomptes?\b|\bpassw[oö]rt|\bkennwort"
    r"|\bkont[oa]\b|\bm[ậa]t kh[ẩa]u|\bt[àa]i kho[ảa]n|\b[şs]ifre"
)
_DATA = re.compile(
    r"(?i)\b(?:data(?:base)?|backups?|dumps?|snapshots?|volumes?|disaster|point[- ]in[- ]time|pitr|postgres\w*|mysql|mongo\w*|sqlite|redis|s3|rds)\b"
    r"|백업|데이터|디비|バックアップ|データ|备份|数据|резервн|б[эе]кап|баз[аыу] дан|\bcopias? de (?:seguridad|seguran[çc]a)|\brespaldos?\b"
    r"|\bbases? de d(?:atos|onn[ée]es)|\bbanco de dados"
    r"|\bsauvegarde|\bdatenbank|\bsicherung|\bsao l[ưu]u|\bkopi[ei] zapasow|\byede[kğ]"
)
_BRINGS_BACK = re.compile(
    r"(?i)\bpg_restore\b|\bpsql\b|\bmysql\b|\bmongorestore\b|\brestor(?:e|es|ed|ing)\b[^.\n]*\b(?:backup|dump|snapshot|database|data|copy|archive|volume)"
    r"|\b(?:backup|dump|snapshot|copy|archive)s?\b[^.\n]*\brestor|\bpoint[- ]in[- ]time\b"
    r"|\bpitr\b|\.(?:sql|dump|bak|tar|gz|zip|sqlite3?|db)\b|\brestore-db\b|\blitestream\b"
)
# words that only some of their uses make a matter of operations
_NEEDS_MORE: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"(?i)\bhot-?fix"),
        re.compile(r"(?i)^\W*hot-?fix(?:es)?\W*$|releas|process|deploy|branch|procedure|flow\b|policy|how to|making|shipping|apply"),
    ),
    (
        re.compile(r"(?i)\bon-?call\b"),
        re.compile(
            r"(?i)^\W*on-?call\W*(?:log|rota\w*|guide|schedule|process|handbook|runbook|playbook|engineers?|dut(?:y|ies)|checklist|escalation)?\W*$"
            r"|being on-?call"
        ),
    ),
    (
        re.compile(r"(?i)\bemergenc"),
        re.compile(
            r"(?i)^\W*emergenc(?:y|ies)\W*$"
            r"|emergency\W+(?:procedure|response|rollback|access|deploy|fix|stop|runbook|plan|contact|maintenance)"
        ),
    ),
)
_OF_TESTERS = re.compile(r"(?i)\b(?:QA|quality assurance|(?:manual )?test(?:ing|ers)?|sales|onboarding|marketing)\s+(?:play|run)[ -]?books?\b")
_UPKEEP = re.compile(r"(?i)\brun ?books?\b|\bplaybooks?\b|\btroubleshoot|\bincident|\bdisaster\b|\boutage")


def can_be_followed(part: Told) -> bool:
    """Is there something to do below it: a command, code, a numbered step, a list, more than one thing named or pointed to? A word is none."""
    count = {key: len(part.said(key)) for key in ("command", "code", "step", "bullet", "inline", "link")}
    return bool(count["command"] or count["code"] or count["step"]) or count["bullet"] > 1 or count["inline"] + count["link"] > 1


def about_operations(heading: str) -> bool:
    """Is a heading of a failure, a rollback or a recovery about the running app, and no feature of the product?"""
    if heading.lstrip().startswith("/") or _OF_TESTERS.search(heading):
        return False  # a command of a chat, a book of those who test
    if _UPKEEP.search(heading):
        return True
    if _OF_A_PRODUCT.search(heading) and not _DATA.search(heading):
        return False
    if _ELSEWHERE.search(heading) and not (
        _EASTERN.fullmatch(heading) or _DATA.search(heading) or _OF_A_SERVICE.search(heading) or _BARE.fullmatch(heading)
    ):
        return False
    return all(more.search(heading) for word, more in _NEEDS_MORE if word.search(heading))


def brings_data_back(part: Told) -> bool:
    """Does a part about restoring say of what, and how: in its heading, or by what stands below?"""
    if not about_operations(part.heading) or not can_be_followed(part):
        return False
    below = "\n".join(text for _, text in part.said("command", "code", "step", "bullet", "text", "inline"))
    return _BRINGS_BACK.search(below) is not None or (_DATA.search(part.heading) is not None and bool(part.said("command", "code", "step", "bullet")))
