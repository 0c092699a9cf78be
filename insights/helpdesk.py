"""What the event log of a helpdesk taught, until a house has a history of its own.

Provenance: event log "helpdesk" of an Italian software house, 4TU.ResearchData, 21,348 events of
4,580 cases from 2010 to 2014; every night each clock of 48 real hours that ran, the first 80 % of
cases for the fit and the last 20 % for the score. `manage.py score_forecast --data DIR` works all
of it out again, and a test compares.
"""

from insights.calibration import Bin, Judged, Model

HELPDESK = Judged(
    model=Model(intercept=0.465547, slope=0.758997),
    trained=3149,
    scored=880,
    cases=459,
    base_rate=0.935227,
    brier=0.058411,
    base_brier=0.060577,
    prior_brier=0.084892,
    table=(
        Bin(0.471080, 1.0, 1),
        Bin(0.575041, 1.0, 2),
        Bin(0.656931, 0.705882, 17),
        Bin(0.747647, 0.689655, 29),
        Bin(0.866135, 0.914894, 235),
        Bin(0.942065, 0.961409, 596),
    ),
)
