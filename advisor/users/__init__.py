"""Many users of one server: logins, data and services of each, quotas, and what their plans may not do."""
