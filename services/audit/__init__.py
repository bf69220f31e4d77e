"""Law 11: what is stored against what the log makes of it.  Pure.

    verdict = fold(document, Causes(records), practised)      `document` with its whole journal
    verdict.differences                                       where it parts from its causes, none where all is equal
"""

from services.audit.fold import Causes, Verdict, fold
from services.audit.parts import Difference
from services.audit.practised import Practised, practised

__all__ = ["Causes", "Difference", "Practised", "Verdict", "fold", "practised"]
