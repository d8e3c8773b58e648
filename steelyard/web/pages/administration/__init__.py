"""系统管理: accounts, roles, the audit trail, organisation, and everybody's own account."""
