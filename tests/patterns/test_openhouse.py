"""JavaScript: an app in which nobody is asked who they are is told once, also where nothing declares whose its rows are."""

from __future__ import annotations

import pytest

from prodlint.report import Finding
from tests.patterns.apps import linked

APP = """const app = express();
app.get('/patients/:id', async (req, res) => { res.json(await Patient.findById(req.params.id)); });
app.put('/patients/:id', async (req, res) => { res.json(await Patient.findByIdAndUpdate(req.params.id, req.body)); });
app.delete('/patients/:id', async (req, res) => { await Patient.findByIdAndDelete(req.params.id); res.end(); });
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (APP, 1),
        (APP + "app.get('/me', (req, res) => { res.json(req.session.user); });\n", 0),  # somebody is asked
        (APP.replace("app.delete('/patients/:id',", "app.delete('/patients/:id', requireLogin,"), 0),
        (
            APP.replace("findByIdAndUpdate(req.params.id, req.body)", "find()").replace("findByIdAndDelete(req.params.id)", "find()"),
            0,
        ),  # it only shows
        (APP.replace("'/patients", "'/webhooks/patients"), 0),  # machines
    ],
)
def test_an_app_that_asks_nobody_is_told_once(text: str, told: int) -> None:
    said = linked("router", "app.", {"src/app.js": text}).unscoped_lookups("javascript")
    found = [each for each in said if isinstance(each, Finding) and each.confidence != "low"]
    assert [each.message.split(",")[0] for each in found if "of this app" in each.message] == ["no route of this app asks who calls"] * told


@pytest.mark.parametrize(
    ("stands", "told"),
    [
        ("app.use(helmet());", 1),
        ("app.use(passport.authenticate('jwt', { session: false }));", 0),
        ("app.use(basicAuth({ users }));", 0),
        ("app.use(keycloak.middleware());", 0),
        ("app.use((req, res, next) => req.headers['x-api-key'] === process.env.KEY ? next() : res.status(401).end());", 0),
        ("app.use('/api', verify, routes);", 0),
        ("https.createServer({ requestCert: true, ca }, app);", 0),
        ("app.listen(3000, '127.0.0.1');", 0),
    ],
)
def test_what_may_stand_before_all_of_an_app_keeps_it_quiet(stands: str, told: int) -> None:
    said = linked("router", "app.", {"src/app.js": APP, "src/server.js": f"const app = require('./app');\n{stands}\n"}).unscoped_lookups("javascript")
    assert sum("of this app" in each.message for each in said if isinstance(each, Finding)) == told
