"""The graph of jobs: what runs tests, what deploys, and whether the one stops the other."""

from __future__ import annotations

import time

import pytest

from prodlint.operations import commands, delivery, targets
from tests.operations.projects import gates, project, workflow

TEST = "test:\n  runs-on: x\n  steps:\n    - run: pytest\n"


def deploy(more: str) -> str:
    return TEST + "deploy:\n  runs-on: x\n" + "".join(f"  {line}\n" for line in more.splitlines()) + "  steps:\n    - run: kamal deploy\n"


@pytest.mark.parametrize(
    ("more", "gate"),
    [
        ("needs: test", "yes"),
        ("needs: [test]\nif: github.ref == 'refs/heads/main'", "yes"),
        ("needs: test\nif: always()", "no"),
        ("needs: test\nif: ${{ !cancelled() }}", "no"),
        ("needs: test\nif: always() && needs.test.result == 'success'", "yes"),
        ("needs: test\nif: always() && needs.test.result != 'failure'", "yes"),  # the tests are never skipped here
        ("needs: test\nif: ${{ !failure() && !cancelled() }}", "yes"),
        ("env: {A: b}", "unproven"),
    ],
)
def test_a_condition_keeps_or_cancels_the_gate(more, gate):
    assert gates(workflow(deploy(more))) == [("deploy", gate)]


def test_tests_that_can_be_skipped_gate_only_in_part():
    jobs = deploy("needs: test\nif: ${{ !failure() }}").replace("test:\n", "test:\n  if: startsWith(github.ref, 'refs/tags/')\n", 1)
    assert gates(workflow(jobs)) == [("deploy", "partial")]


@pytest.mark.parametrize("soft", ["pytest || true", "pytest; true", "set +e\n        pytest"])
def test_a_test_whose_failure_is_ignored_stops_nothing(soft):
    jobs = deploy("needs: test").replace("- run: pytest", "- run: |\n        " + soft, 1)
    assert gates(workflow(jobs)) == [("deploy", "no")]


def test_a_lenient_job_stops_nothing():
    assert gates(workflow(deploy("needs: test").replace("test:\n", "test:\n  continue-on-error: true\n", 1))) == [("deploy", "no")]


def test_a_deploy_that_is_switched_off_has_no_gate():
    (found,) = project(workflow(deploy("needs: test\nif: false"))).delivery.deploys
    assert (found.disabled, found.gate) == (True, "")


def test_the_way_goes_over_jobs_and_called_workflows():
    jobs = """
    checks:
      uses: ./.github/workflows/checks.yml
    image:
      needs: checks
      runs-on: x
      steps:
        - run: docker build .
    ship:
      needs: image
      uses: ./.github/workflows/ship.yml
      with:
        environment: production
    """
    checks = "on: workflow_call\njobs:\n  unit:\n    runs-on: x\n    steps:\n      - run: make test\n"
    ship = "on:\n  workflow_call:\n    inputs:\n      environment: {type: string}\n"
    ship += "jobs:\n  go:\n    environment: ${{ inputs.environment }}\n    runs-on: x\n    steps:\n      - run: helm upgrade shop .\n"
    files = workflow(jobs, **{".github/workflows/checks.yml": checks, ".github/workflows/ship.yml": ship, "Makefile": "test:\n\tgo test ./...\n"})
    (found,) = project(files).delivery.deploys
    assert (found.gate, found.stage, found.target) == ("yes", "production", "Helm")


def test_steps_of_one_job_run_in_order():
    before = "all:\n  runs-on: x\n  steps:\n    - run: npm test\n    - run: vercel deploy --prod\n"
    after = "all:\n  runs-on: x\n  steps:\n    - run: vercel deploy --prod\n    - run: npm test\n"
    package = {"package.json": '{"scripts": {"test": "vitest run"}}'}
    assert gates(workflow(before, **package)) == [("all", "yes")]
    assert gates(workflow(after, **package)) == [("all", "unproven")]


def test_a_tag_that_a_tested_job_makes_is_a_gate():
    release = "on: push\njobs:\n  test:\n    runs-on: x\n    steps: [{run: pytest}]\n"
    release += "  tag:\n    needs: test\n    runs-on: x\n    steps: [{run: git push --tags}]\n"
    ship = "on:\n  push:\n    tags: ['v*']\njobs:\n  ship:\n    runs-on: x\n    steps: [{run: flyctl deploy}]\n"
    assert gates({".github/workflows/a.yml": release, ".github/workflows/b.yml": ship}) == [("ship", "yes")]
    by_hand = {".github/workflows/a.yml": release.replace("git push --tags", "echo done"), ".github/workflows/b.yml": ship}
    assert gates(by_hand) == [("ship", "unproven")]


def test_a_workflow_after_another_looks_at_its_conclusion_or_not():
    tests = "name: CI\non: push\njobs:\n  test:\n    runs-on: x\n    steps: [{run: pytest}]\n"
    ship = "on:\n  workflow_run: {workflows: [CI], types: [completed]}\njobs:\n  ship:\n    IF\n    runs-on: x\n    steps: [{run: flyctl deploy}]\n"
    asked = ship.replace("IF", "if: github.event.workflow_run.conclusion == 'success'")
    assert gates({".github/workflows/a.yml": tests, ".github/workflows/b.yml": asked}) == [("ship", "yes")]
    assert gates({".github/workflows/a.yml": tests, ".github/workflows/b.yml": ship.replace("    IF\n", "")}) == [("ship", "no")]


def test_other_services():
    circle = """
    version: 2.1
    jobs:
      test: {docker: [{image: a}], steps: [checkout, {run: bundle exec rspec}]}
      ship: {docker: [{image: a}], steps: [{run: {command: eb deploy}}]}
    workflows:
      main:
        jobs:
          - test
          - ship: {requires: [test]}
    """
    bitbucket = """
    pipelines:
      branches:
        main:
          - step: {name: Test, script: [pytest]}
          - step: {name: Ship, deployment: production, script: ["cf push"]}
    """
    gitlab = """
    stages: [test, deploy]
    test: {stage: test, script: [pytest]}
    ship: {stage: deploy, environment: {name: production}, script: [kubectl apply -f k8s]}
    now: {stage: deploy, needs: [], script: [kubectl apply -f k8s]}
    """
    assert gates({".circleci/config.yml": circle}) == [("ship", "yes")]
    assert gates({"bitbucket-pipelines.yml": bitbucket}) == [("Ship", "yes")]
    assert gates({".gitlab-ci.yml": gitlab}) == [("ship", "yes"), ("now", "unproven")]


def test_documentation_and_published_packages_are_no_deploys():
    jobs = """
    docs:
      runs-on: x
      steps:
        - run: mkdocs gh-deploy
        - uses: actions/deploy-pages@v4
    package:
      runs-on: x
      steps:
        - run: docker push ghcr.io/example/shop
        - run: echo "kubectl apply would deploy"
    """
    assert project(workflow(jobs)).delivery.deploys == ()


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("tox -e py312", {"tox.ini": "[testenv]\ncommands = pytest {posargs}\n"}),
        ("yarn workspace web test", {"package.json": '{"scripts": {"test": "jest"}}'}),
        ("./scripts/check.sh", {"scripts/check.sh": "#!/bin/sh\nset -e\nlint\npython -m unittest discover\n"}),
        ("cd api && make verify", {"api/Makefile": "verify:\n\tpoetry run pytest\n"}),
        ("bin/rails db:setup test", {}),
        ("poetry run ./scripts/test", {"scripts/test": "#!/usr/bin/env bash\npytest --cov\n"}),
        ("pnpm -r test", {"package.json": '{"scripts": {"test": "turbo --no-daemon test"}}'}),
        ("docker compose run --rm app pytest -q", {}),
        ("docker-compose run shop-api-test", {}),
        (
            "docker compose -f docker-compose.yml -f tests/docker-compose.yml run --rm app",
            {
                "docker-compose.yml": "services:\n  app:\n    build: .\n    command: gunicorn shop\n",
                "tests/docker-compose.yml": "services:\n  app:\n    command: pytest -sxv\n",
            },
        ),
        ("docker compose -f ci.yml up --exit-code-from tests tests", {}),
        ("npx percy exec -- bin/rake", {}),
        ("bundle exec parallel_rspec -n 4", {}),
    ],
)
def test_commands_are_followed_to_the_tests(command, files):
    found = project(workflow(f"a:\n  runs-on: x\n  steps:\n    - run: {command}\n", **files)).delivery.tests
    assert [run.stops for run in found] == [True]


@pytest.mark.parametrize(
    "command",
    [
        "pip install pytest",
        "ruff check tests",
        "npm run lint",
        "echo pytest",
        "npm test",
        "docker compose run app migrate",
        "docker compose up -d test-db",
        "docker compose -f docker-compose.test.yml up -d",
        "docker compose build tests",
        "bin/rake assets:precompile",
    ],
)
def test_other_commands_are_no_tests(command):
    package = {"package.json": '{"scripts": {"lint": "eslint .", "test": "echo \\"Error: no test specified\\" && exit 1"}}'}
    assert project(workflow(f"a:\n  runs-on: x\n  steps:\n    - run: {command}\n", **package)).delivery.tests == ()


def test_a_command_of_a_matrix_is_one_for_each_value():
    jobs = """
    test:
      runs-on: x
      strategy:
        matrix:
          suite:
            - {name: all, command: "test:all"}
            - {name: lint, command: "lint"}
      steps:
        - run: bin/rails $COMMAND
          env: {COMMAND: "${{ matrix.suite.command }}"}
    ship:
      needs: test
      runs-on: x
      strategy: {matrix: {stage: [staging, production]}}
      steps:
        - run: serverless deploy --stage ${{ matrix.stage }}
    """
    delivery = project(workflow(jobs)).delivery
    assert [run.command for run in delivery.tests] == ["bin/rails test:all"]
    assert [(each.stage, each.gate) for each in delivery.deploys] == [("before", "yes"), ("production", "yes")]


@pytest.mark.parametrize(
    ("command", "target"),
    [
        ("cf7 push shop --strategy rolling -f manifest.yml", "Cloud Foundry"),
        ("git push git@beta.aptible.com:shop/shop.git $SHA:master", "Aptible"),
        ("krane render -f config/deploy | krane deploy shop-$ENVIRONMENT shop --stdin", "Kubernetes"),
        ("clever deploy", "Clever Cloud"),
        ("git push origin main", ""),
        ("flyctl deploy --build-only --push --image-label x", ""),
        ("docker run porter/porter:latest sh", ""),
    ],
)
def test_what_is_deployed_where(command, target):
    assert targets.deploys_to(command) == target


def test_the_branch_of_a_remote_is_no_environment():
    def stages(command, job="ship"):
        return [each.stage for each in project(workflow(f"{job}:\n  runs-on: x\n  steps:\n    - run: {command}\n")).delivery.deploys]

    assert stages("git push git@git.example:shop-demo/shop-demo.git $SHA:master && aptible deploy") == ["before"]
    assert stages("git push dokku main:master") == [""]
    assert stages("git push dokku main:master", "ship-production") == ["production"]


def test_a_job_called_deploy_that_is_bound_to_an_environment_deploys():
    jobs = """
    test:
      runs-on: x
      steps:
        - run: pytest
    deploy:
      needs: test
      runs-on: x
      environment: production
      steps:
        - run: ./bin/tell-the-panel "$PANEL_URL" "$IMAGE"
    """
    (found,) = project(workflow(jobs)).delivery.deploys
    assert (found.target, found.stage, found.gate) == ("wherever the job deploy says", "production", "yes")
    assert not project(workflow(jobs.replace("environment: production", "timeout-minutes: 5"))).delivery.deploys
    assert not project(workflow(jobs.replace("deploy:", "deploy-notification:"))).delivery.deploys
    assert [each.target for each in project(workflow(jobs.replace("./bin/tell-the-panel", "kamal deploy"))).delivery.deploys] == ["Kamal"]


def test_scripts_that_call_each_other_end():
    files = workflow("a:\n  runs-on: x\n  steps:\n    - run: make a\n", Makefile="a: b\n\tmake b\nb: a\n\tmake a\n")
    assert project(files).delivery.tests == ()


def test_a_program_of_the_repository_may_run_the_tests():
    handed = [command for _, command in project(workflow("check:\n  runs-on: x\n  steps:\n    - run: dagger call ci\n")).delivery.handed_over()]
    assert handed == ["dagger call ci"]
    assert not project(workflow("check:\n  runs-on: x\n  steps:\n    - run: go run ./cmd/generate\n")).delivery.handed_over()


def test_what_is_handed_to_a_pipeline_elsewhere_is_read():
    jobs = """
    verify:
      uses: house/pipelines/.github/workflows/gradle.yml@v2
      with:
        gradle-command: ./gradlew :shop:check
    ship:
      needs: verify
      uses: house/pipelines/.github/workflows/deploy.yml@v2
      with:
        environment: prod
    """
    assert gates(workflow(jobs)) == [("ship", "yes")]


def test_an_action_gets_its_inputs_also_by_variables():
    action = """
    inputs: {script: {default: lint}}
    runs:
      using: composite
      steps:
        - shell: bash
          run: npm run "${SCRIPT}"
          env: {SCRIPT: "${{ inputs.script }}"}
    """
    package = '{"scripts": {"test": "vitest run", "lint": "eslint ."}}'
    job = "check:\n  runs-on: x\n  steps:\n    - uses: ./.github/actions/npm\n      with: {script: test}\n"
    files = {".github/actions/npm/action.yml": action, "package.json": package}
    assert len(project(workflow(job, **files)).delivery.tests) == 1
    assert not project(workflow(job.replace("test}", "lint}"), **files)).delivery.tests


def test_a_script_is_known_by_its_first_line():
    files = {"dev-scripts/all-of-it": "#!/usr/bin/env bash\nset -e\ngo test ./...\n"}
    assert project(workflow("check:\n  runs-on: x\n  steps:\n    - run: dev-scripts/all-of-it --full\n", **files)).delivery.tests


def test_what_is_tested_first_is_no_environment():
    config = """
    version: 2.1
    jobs:
      go:
        docker: [{image: x}]
        steps: [{run: go test ./...}]
      ship:
        docker: [{image: x}]
        steps: [{run: '"${HOME}/.fly/bin/flyctl" deploy'}]
    workflows:
      test_and_deploy:
        jobs: [go, {ship: {requires: [go]}}]
    """
    (deploy,) = project({".circleci/config.yml": config}).delivery.deploys
    assert (deploy.target, deploy.stage, deploy.gate) == ("Fly", "", "yes")


def test_orbs_and_pipes_are_read_as_far_as_their_names_go():
    config = """
    version: 2.1
    orbs: {house: house/deploy@2, gradle: circleci/gradle@3}
    jobs:
      check:
        docker: [{image: x}]
        steps:
          - gradle/with_cache:
              steps:
                - run: ./gradlew check
    workflows:
      main:
        jobs:
          - check
          - house/deploy_env: {name: ship, env: prod, requires: [check]}
          - house/deploy_status: {requires: [check]}
    """
    (deploy,) = project({".circleci/config.yml": config}).delivery.deploys
    assert (deploy.node.job.id, deploy.stage, deploy.gate) == ("ship", "production", "yes")
    steps = "pipelines:\n  default:\n    - step:\n        deployment: staging\n        script:\n          - pipe: atlassian/aws-ecs-deploy:1.0.3\n"
    (deploy,) = project({"bitbucket-pipelines.yml": steps}).delivery.deploys
    assert (deploy.target, deploy.stage) == ("Amazon ECS", "before")


@pytest.mark.parametrize(
    "line",
    [
        "docker compose up " * 2_000,
        "go run " * 4_000,
        "python -;" * 8_000,
        "earthly -;" * 8_000,
        "go run" + " " * 40_000,
        " python" * 900 + "a/" * 9_000,
    ],
    ids=lambda line: line[:12],
)
def test_long_commands_cost_little(line: str) -> None:
    start = time.process_time()
    assert not commands.hands_over(line)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("command", "hands"),
    [
        ("docker compose -f ci.yml up --build --exit-code-from web", True),
        ("docker-compose up --abort-on-container-exit", True),
        ("docker compose up -d", False),
        ("go run ./tools/ci verify", True),
        ("go run tool@v1 check", False),
        ("python -u tools/ci.py", True),
        ("earthly --push -P +all", True),
    ],
)
def test_programs_that_nobody_reads_here(command: str, hands: bool) -> None:
    assert commands.hands_over(command) is hands


def test_a_long_name_of_a_job_costs_little() -> None:
    start = time.process_time()
    assert delivery._TESTED_FIRST.sub("", "test-and-deploy " + "test " * 20_000)
    assert time.process_time() - start < 2


def test_commands_of_gitlab_run_in_the_folder_of_its_file():
    files = {
        "api/.gitlab-ci.yml": "check:\n  stage: test\n  script:\n    - bash scripts/check.sh\n",
        "api/scripts/check.sh": "#!/bin/sh\ngo test ./...\n",
    }
    assert [run.command for run in project(files).delivery.tests] == ["bash scripts/check.sh"]


@pytest.mark.parametrize(
    ("command", "target"),
    [
        ("curl -X POST ${{ secrets.RENDER_DEPLOY_HOOK_URL }}", "Render"),
        ('curl -fsS "${{ secrets.DEPLOY_HOOK }}"', "a deploy hook"),
        ("curl -X POST ${{ secrets.SLACK_DEPLOY_HOOK }} -d done", ""),
        ("curl -X POST ${{ secrets.ALERTS_URL }}", ""),
    ],
)
def test_the_name_of_a_secret_says_that_a_hook_deploys(command, target):
    assert targets.deploys_to(command) == target
