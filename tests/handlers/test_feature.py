"""What is wrong with a dialog is told in our words, never in those of the library that checks it."""

import re

import pytest

from handlers import router
from handlers.errors import FormError
from handlers.feature import Submission, checked

FORMS = {
    name: form.model
    for feature in router.FEATURES
    for name, form in feature.forms.items()
    if isinstance(form, Submission) and form.model.model_config.get("extra") == "forbid"
}


@pytest.mark.parametrize("name", FORMS)
def test_a_dialog_full_of_nonsense_is_told_so_in_sentences_for_people(name):
    nonsense = dict.fromkeys(FORMS[name].model_fields, "ä" * 9_000) | {"gone": "x"}
    with pytest.raises(FormError) as wrong:
        checked(FORMS[name], nonsense)
    assert not [said for said in wrong.value.fields.values() if re.search("String|Input|input|pattern", said)]
    assert wrong.value.fields["gone"] == "This dialog is from an older version of me. Please open it again."
