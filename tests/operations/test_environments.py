"""Names of environments, and what they are bound to."""

from __future__ import annotations

import pytest

from tests.operations.projects import project, workflow


def named(files: dict[str, str]) -> set[tuple[str, str, bool]]:
    return {(each.name, each.stage, each.bound) for each in project(files).environments()}


def test_names_travel_through_outputs_inputs_and_matrices():
    jobs = """
    setup:
      runs-on: x
      outputs:
        name: ${{ steps.pick.outputs.name }}
      steps:
        - id: pick
          run: |
            if [ "$GITHUB_REF" = refs/heads/main ]; then NAME=staging; else NAME=production; fi
            echo "name=$NAME" >> "$GITHUB_OUTPUT"
    ship:
      needs: setup
      runs-on: x
      environment: ${{ needs.setup.outputs.name }}
      steps:
        - run: flyctl deploy
    """
    assert {("staging", "before", True), ("production", "production", True)} <= named(workflow(jobs))
    matrix = "ship:\n  runs-on: x\n  strategy: {matrix: {target: [qa, live]}}\n  environment: ${{ matrix.target }}\n  steps:\n    - run: cdk deploy\n"
    assert {("qa", "before", True), ("live", "production", True)} <= named(workflow(matrix))
    chosen = "ship:\n  runs-on: x\n  environment: ${{ inputs.where }}\n  steps:\n    - run: cdk deploy\n"
    on = "{workflow_dispatch: {inputs: {where: {type: choice, options: [dev, prod]}}}}"
    assert {("dev", "before", True), ("prod", "production", True)} <= named(workflow(chosen, on=on))
    assert {("dev", "before", True), ("prod", "production", True)} <= named(workflow(chosen.replace("inputs.where", "inputs.where || 'dev'"), on=on))
    called = "ship:\n  uses: octo/deploys/.github/workflows/deploy.yml@main\n  with:\n    environment: ${{ inputs.where || 'dev' }}\n"
    assert {("dev", "before", True), ("prod", "production", True)} <= named(workflow(called, on=on))


def test_a_job_that_chooses_its_environment_is_bound_to_each():
    jobs = """
    build:
      runs-on: x
      outputs:
        where: ${{ env.WHERE }}
      steps:
        - run: |
            if [ "$GITHUB_REF" = refs/heads/main ]; then echo WHERE=stage >> "$GITHUB_ENV"; else echo WHERE=prod >> "$GITHUB_ENV"; fi
    assets:
      needs: build
      runs-on: x
      environment: ${{ needs.build.outputs.where }}
      steps:
        - run: ./scripts/upload-assets
    """
    assert {("stage", "before", True), ("prod", "production", True)} <= named(workflow(jobs))
    tests = "check:\n  runs-on: x\n  environment: staging\n  steps:\n    - run: pytest\n"
    assert {("staging", "before", False)} == named(workflow(tests))


def test_a_pipeline_that_makes_an_app_for_each_pull_request_previews():
    text = "on: {event}\njobs:\n  up:\n    uses: house/pipelines/.github/workflows/up.yml@v1\n"
    path = ".github/workflows/review_apps_on_pr_change.yml"
    assert named({path: text.format(event="pull_request")}) == {("preview", "preview", True)}
    assert named({path: text.format(event="push")}) == set()
    assert named({".github/workflows/docs-preview-deploy.yml": text.format(event="pull_request")}) == set()


def test_groups_of_codedeploy_are_named_by_branches():
    spec = "version: 0.0\nos: linux\nbranch_config:\n  main:\n    deploymentGroupName: staging\n  live:\n    deploymentGroupName: production\n"
    assert {("staging", "before", True), ("production", "production", True)} == named({"appspec.yml": spec})


def test_a_choice_of_where_to_deploy_names_environments():
    ship = "ship:\n  runs-on: x\n  steps:\n    - run: kamal deploy -d ${{ inputs.environment }}\n"
    on = "{workflow_dispatch: {inputs: {environment: {type: choice, options: [staging, production]}, level: {options: [debug, live]}}}}"
    assert {("staging", "before", True), ("production", "production", True)} <= named(workflow(ship, on=on))
    assert not any(name == "live" for name, _, _ in named(workflow(ship, on=on)))
    unread = "ship:\n  runs-on: x\n  steps:\n    - run: kamal deploy\n"
    assert not any(bound and stage == "before" for _, stage, bound in named(workflow(unread, on=on)))


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"infra/production/main.tf": "", "infra/staging/main.tf": ""}, {("production", "production", True), ("staging", "before", True)}),
        ({"k8s/overlays/prod/kustomization.yaml": "resources: []\n"}, {("prod", "production", True)}),
        ({"chart/values-staging.yaml": "a: 1\n"}, {("staging", "before", True)}),
        ({"config/deploy.staging.yml": "service: shop\n"}, {("staging", "before", True)}),
        ({"config/deploy/staging/secrets.ejson": "{}"}, {("staging", "before", True)}),
        ({"config/deploy/production/web.yaml.erb": "a: <%= 1 %>\n"}, {("production", "production", True)}),
        ({"wrangler.toml": "[env.staging]\nname = 'shop'\n"}, {("staging", "before", True)}),
        ({"netlify.toml": "[context.deploy-preview]\ncommand = 'make'\n"}, {("deploy-preview", "preview", True)}),
        ({"shop/settings/production.py": "DEBUG = False\n"}, {("production", "production", False)}),
        ({"examples/terraform/production/main.tf": ""}, set()),
        ({"terraform/modules/database/main.tf": ""}, set()),
        ({"src/latest/prodigy.py": "x = 1\n"}, set()),
    ],
)
def test_files_of_environments(files, found):
    assert named(files) == found


def test_a_stage_that_a_script_deploys_to_is_a_target():
    scripts = '{"scripts": {"deploy:stg": "serverless deploy --stage homolog", "build": "tsc --env production"}}'
    assert named({"package.json": scripts}) == {("homolog", "before", True)}


def test_a_form_for_those_who_run_the_product_is_no_deploy():
    assert project({"fly.toml": 'app = "{APP_NAME}"\n'}).blocks("fly") == []
    assert len(project({"fly.toml": 'app = "shop"\n'}).blocks("fly")) == 1
