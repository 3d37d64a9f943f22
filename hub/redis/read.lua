-- Returns the position of the last message of a topic, and the newest messages after a position, the newest first.
-- KEYS: the topic's numbers, its stream.
-- ARGV: an epoch if there is none, for how many milliseconds to keep it, the epoch of the position, the number behind
-- it, how many messages at most.
local _, epoch = numbering(KEYS[1], KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local at = redis.call('HGET', KEYS[1], 'last') .. '-' .. epoch
if ARGV[5] == '0' then
	return {at, {}}
end
local from = ARGV[3] == epoch and ARGV[4] or '0'
return {at, redis.call('XREVRANGE', KEYS[2], '+', from, 'COUNT', ARGV[5])}
