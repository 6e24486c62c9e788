/** The mark is a field of the record and lives as long; it is set once, whoever comes first. */
export const SPEND = `
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  if redis.call('HGET', KEYS[1], 'm') ~= ARGV[1] then return 0 end
  return redis.call('HSETNX', KEYS[1], 'c', ARGV[2])`

/** A record and its end are one: no crash leaves one that never expires. */
export const SAVE = `
  redis.call('HSET', KEYS[1], 'm', ARGV[1], 'p', ARGV[2])
  if tonumber(ARGV[3]) > 0 then return redis.call('EXPIRE', KEYS[1], ARGV[3]) end
  return redis.call('PERSIST', KEYS[1])`

/** A set of a grant lives as long as the longest-lived of its members. */
export const JOIN_GRANT = `
  redis.call('SADD', KEYS[1], ARGV[1])
  local left = redis.call('TTL', KEYS[1])
  local ttl = tonumber(ARGV[2])
  if ttl == 0 then redis.call('PERSIST', KEYS[1])
  elseif left == -1 and redis.call('SCARD', KEYS[1]) > 1 then return 0
  elseif left < ttl then redis.call('EXPIRE', KEYS[1], ttl) end
  return 1`
