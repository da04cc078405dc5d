SELECT * FROM transactions
WHERE payer_id = 3 AND ROW(created_at, id) > ROW('2026-01-03'::timestamptz, '00000000-0000-0000-0000-000000000000'::uuid)
ORDER BY created_at, id LIMIT 1;
