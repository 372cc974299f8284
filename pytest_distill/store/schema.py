"""Tables of the response cache, and every SQL statement on them.

``SCHEMA_VERSION`` is part of every key and every table's name. A new version creates its own tables
in the same file, so two versions of this package can share one cache without losing answers.

1. answers and claims.
2. the time of each answer, and the release of the model.
3. a checksum of each answer.
"""

SCHEMA_VERSION = 3

FORMAT = "pytest-distill-cache"
TABLES = {"meta", "answers_3", "claims_3"}

# A claim names the process that is asking; `lease_until` is in seconds since 1970.
CREATE = (
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "INSERT OR IGNORE INTO meta VALUES ('format', 'pytest-distill-cache')",
    """
    CREATE TABLE IF NOT EXISTS answers_3 (
        key TEXT PRIMARY KEY,
        completion TEXT NOT NULL,
        crc INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS claims_3 (
        key TEXT PRIMARY KEY,
        owner TEXT NOT NULL,
        host TEXT NOT NULL,
        pid INTEGER NOT NULL,
        started TEXT NOT NULL,
        lease_until REAL NOT NULL
    )
    """,
)

READ_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"
READ_CODE = "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
"""What a cache never has, and would run with every write."""
READ_FORMAT = "SELECT value FROM meta WHERE key = 'format'"

# As bytes: damaged content then counts as no answer, instead of raising a decoding error.
FIND = "SELECT CAST(completion AS BLOB), CAST(crc AS INTEGER) FROM answers_3 WHERE key = ?"
HOLDS = "SELECT 1 FROM answers_3 WHERE key = ?"
KEEP = "INSERT OR REPLACE INTO answers_3 VALUES (?, ?, ?)"

# Damaged numbers count as none.
FIND_CLAIM = (
    "SELECT owner, host, CAST(pid AS INTEGER), started, CAST(lease_until AS REAL)"
    " FROM claims_3 WHERE key = ?"
)
CLAIM = "INSERT OR REPLACE INTO claims_3 VALUES (?, ?, ?, ?, ?, ?)"
RENEW = "UPDATE claims_3 SET lease_until = ? WHERE owner = ?"
RELEASE = "DELETE FROM claims_3 WHERE key = ? AND owner = ?"
RELEASE_ALL = "DELETE FROM claims_3 WHERE owner = ?"
SETTLE = "DELETE FROM claims_3 WHERE key = ?"
