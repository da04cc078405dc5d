-- analyze
SELECT id, (SELECT sum(balance) FROM accounts a WHERE a.id < h.owner) FROM accounts JOIN holdings h ON h.owner = id AND h.symbol = (SELECT 'S3') ORDER BY id LIMIT (SELECT 2);
