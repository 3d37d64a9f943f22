-- Numbers messages, keeps them, and sends those that are new to who listens. Returns the position of the last.
-- KEYS: the topic's numbers, its stream, and a key for each ID.
-- ARGV: the channel, the command that publishes, an epoch if there is none, how many messages to keep, for how many
-- milliseconds, and for how many their numbers, and IDs; then of each message its frame, and which key its ID has, or 0.
local numbers, stream = KEYS[1], KEYS[2]
local own, epoch = numbering(numbers, stream, ARGV[3])
local at, first, fresh = '', nil, {}
for i = 8, #ARGV, 2 do
	local id = KEYS[tonumber(ARGV[i + 1])]
	local known = id and redis.call('GET', id)
	if known then
		local of, seq = string.match(known, '^(%w+) (%d+)$')
		at = of == own and seq .. '-' .. epoch or ''
	else
		local seq = string.format('%.0f', redis.call('HINCRBY', numbers, 'last', 1))
		redis.call('XADD', stream, 'MAXLEN', '~', ARGV[4], seq .. '-0', 'm', ARGV[i])
		if id then
			redis.call('SET', id, own .. ' ' .. seq, 'PX', ARGV[7])
		end
		at = seq .. '-' .. epoch
		first = first or at
		fresh[#fresh + 1] = ARGV[i]
	end
end
redis.call('PEXPIRE', numbers, ARGV[6])
if first then
	redis.call('PEXPIRE', stream, ARGV[5])
	redis.call(ARGV[2], ARGV[1], first .. '\n' .. table.concat(fresh))
end
return at
