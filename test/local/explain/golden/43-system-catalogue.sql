-- costs-off
SELECT relname FROM pg_class WHERE relkind = 'x';
