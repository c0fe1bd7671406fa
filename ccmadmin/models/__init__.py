"""All models; other packages import them from here."""

from ccmadmin.models.application_user import (
    ApiToken,
    ApplicationUser,
    GroupMember,
    Role,
    RolePermission,
    UserGroup,
    UserGroupRole,
)
from ccmadmin.models.base import (
    Guarded,
    OrderedRow,
    Record,
    Row,
    WrittenAroundServices,
    list_model,
    row_fields,
)
from ccmadmin.models.callrouting import (
    CallingSearchSpace,
    CallingSearchSpaceMember,
    DirectoryNumber,
    RoutePartition,
)
from ccmadmin.models.changelog import ChangeLog, SealedSecrets
from ccmadmin.models.device import CommonPhoneProfile, PhoneButtonTemplate, PhoneModel
from ccmadmin.models.end_user import ControlledDevice, EndUser
from ccmadmin.models.fields import CredentialKeyError, device_name
from ccmadmin.models.license_grant import LicenseGrant
from ccmadmin.models.line import LampPolicy, LineAppearance, RingSetting
from ccmadmin.models.parameter_value import EnterpriseParameter, ServiceParameter
from ccmadmin.models.passwords import PasswordChange
from ccmadmin.models.phone import Phone
from ccmadmin.models.preference import ChosenColumns, SavedSearch
from ccmadmin.models.probe_call import ProbeCall
from ccmadmin.models.region import Region, RegionRelationship
from ccmadmin.models.runtime import (
    Binding,
    CallRecord,
    FailedAttempt,
    RegistrationAttempt,
    ServerState,
)
from ccmadmin.models.security_profile import PhoneSecurityProfile
from ccmadmin.models.session import Session
from ccmadmin.models.sip_profile import SipProfile
from ccmadmin.models.sip_realm import SipRealm
from ccmadmin.models.system import (
    CallManager,
    CallManagerGroup,
    CallManagerGroupMember,
    DateTimeGroup,
    DevicePool,
    Location,
)

__all__ = [
    "ApiToken",
    "ApplicationUser",
    "Binding",
    "CallManager",
    "CallManagerGroup",
    "CallManagerGroupMember",
    "CallRecord",
    "CallingSearchSpace",
    "CallingSearchSpaceMember",
    "ChangeLog",
    "ChosenColumns",
    "CommonPhoneProfile",
    "ControlledDevice",
    "CredentialKeyError",
    "DateTimeGroup",
    "DevicePool",
    "DirectoryNumber",
    "EndUser",
    "EnterpriseParameter",
    "FailedAttempt",
    "GroupMember",
    "Guarded",
    "LampPolicy",
    "LicenseGrant",
    "LineAppearance",
    "Location",
    "OrderedRow",
    "PasswordChange",
    "Phone",
    "PhoneButtonTemplate",
    "PhoneModel",
    "PhoneSecurityProfile",
    "ProbeCall",
    "Record",
    "Region",
    "RegionRelationship",
    "RegistrationAttempt",
    "RingSetting",
    "Role",
    "RolePermission",
    "RoutePartition",
    "Row",
    "SavedSearch",
    "SealedSecrets",
    "ServerState",
    "ServiceParameter",
    "Session",
    "SipProfile",
    "SipRealm",
    "UserGroup",
    "UserGroupRole",
    "WrittenAroundServices",
    "device_name",
    "list_model",
    "row_fields",
]
