from dataclasses import fields

from prle.explanation.promise import Promise
from prle.stages.common.promises import PROMISED


def test_every_figure_of_a_promise_has_its_name():
    assert tuple(each.name for each in fields(Promise)) == PROMISED
