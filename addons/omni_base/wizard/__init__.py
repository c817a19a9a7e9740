from . import base_partner_merge
from . import omni_consent_answer
from . import privacy_lookup_wizard
