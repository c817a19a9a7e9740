from . import omni_refuse
