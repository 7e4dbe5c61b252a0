-- Token buckets that all servers of this database share: when each is full again, and whether the last that asked got a token. What is
-- lost with a crash are some requests that somebody may send more, so nothing is written ahead. No index on the time: then updates
-- stay in their page (HOT), for which it is kept half empty.
create unlogged table persisto.rate_limits (
  bucket text primary key,
  full_at timestamptz not null,
  admitted boolean not null
) with (fillfactor = 50);
