"""Who acts. Rights follow from the role; a role is given by the county's roster."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """The people of ``design.md`` §1."""

    CASEWORKER = "caseworker"
    SOCIAL_WORKER = "social-worker"
    REVIEWER = "reviewer"
    DUTY_OFFICER = "duty-officer"
    COUNTY_APPROVER = "county-approver"
    CHARITY_CONTACT = "charity-contact"
    AUDITOR = "auditor"
    SYSTEM = "system"


ROLE_NAMES: Mapping[Role, str] = {
    Role.CASEWORKER: "经办人",
    Role.SOCIAL_WORKER: "民政服务站社工",
    Role.REVIEWER: "复核人",
    Role.DUTY_OFFICER: "县级值班员",
    Role.COUNTY_APPROVER: "县级审批人",
    Role.CHARITY_CONTACT: "慈善组织联系人",
    Role.AUDITOR: "审计员",
    Role.SYSTEM: "县级系统",
}

LAPTOP_ROLES = frozenset({Role.CASEWORKER, Role.SOCIAL_WORKER, Role.REVIEWER})
COUNTY_ROLES = frozenset({Role.DUTY_OFFICER, Role.COUNTY_APPROVER, Role.CHARITY_CONTACT, Role.SYSTEM})
ISSUERS = frozenset({Role.DUTY_OFFICER, Role.COUNTY_APPROVER, Role.SYSTEM})
"""Who writes what only the county may write: directories, standards, rosters, aliases."""
