-- All views, in the order in which they rest on each other.  Start DuckDB in the directory of the export, or name it first:
--     SET file_search_path = '/data/export';
.read tables.sql
.read complaints.sql
.read clocks.sql
.read callbacks.sql
.read remedies.sql
.read satisfaction.sql
