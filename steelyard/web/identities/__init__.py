"""Who else may say who somebody is: a directory (LDAP) and a provider (OpenID Connect). Knows no account of ours."""
