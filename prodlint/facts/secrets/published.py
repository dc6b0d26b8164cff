"""Credentials that a provider prints in its documentation for everybody to try its sandbox with: they open nothing that is anybody's.

Knows: the ones that shops and courses copy. Does not know: an account of one's own in a sandbox, whose keys look the same and are somebody's.
"""

from __future__ import annotations

# each stands in public code of many people, beside the name of the provider's test merchant
_MOMO = ("K951B6PE1waDMi640xX08PD3vg6EkVlz", "F8BBA842ECF85", "at67qH6mk8w5Y1nAyMoYKMWACiEi2bsa", "klm05TvNBzhg7h7j")
_ZALOPAY = (
    "sdngKKJmqEMzvh5QQcdD2A9XBSKUNaYn", "trMrHtvjo6myautxDUiAcYsVtaeQ8nhf", "9phuAOYhan4urywHTh0ndEXiV3pKHr5Q", "Iyz2habzyr7AG8SgvoBCbKwKi3UzlLi3",
)  # fmt: skip
_PHONEPE = ("099eb0cd-02cf-4e2a-8aca-3e6c6aff0399", "96434309-7796-489d-8924-ab56988a6076")
_BKASH = ("4f6o0cjiki2rfm34kfdadl1eqq", "2is7hdktrekvrbljjh44ll3d9l1dtjo4pasmjvs5vl5qr3fug4b", "sandboxTokenizedUser02@12345")
_ECPAY = ("5294y06JbISpM5x9", "v77hoKGq4kWxNNIS", "pwFHCqoQZGmho4w6", "EkRm7iFT261dpevs")
_ESEWA = ("8gBm/:&EnhH.1/q", "8gBm/:&EnhH.1/q(")
_PAYU = ("gtKFFx", "eCwWELxi")
_TELEGRAM = ("123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")  # of its documentation
# by which every page about one-time passwords shows them, from the documents that define them
_TOTP = ("JBSWY3DPEHPK3PXP", "GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")

FOR_EVERYBODY = frozenset((*_TOTP, *_MOMO, *_ZALOPAY, *_PHONEPE, *_BKASH, *_ECPAY, *_ESEWA, *_PAYU, *_TELEGRAM))
