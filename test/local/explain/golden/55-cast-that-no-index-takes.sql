SELECT id FROM shop."Order" WHERE id::text = '7' AND "user"::text IS NOT NULL;
