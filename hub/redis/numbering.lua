-- Returns the epoch of a topic's numbers: it is made with the topic, and another one with the server's history, which
-- begins anew when a replica takes over, or a server starts.
local function numbering(numbers, stream, fresh)
	local own = redis.call('HGET', numbers, 'epoch')
	if not own then
		own = fresh
		redis.call('DEL', stream)
		redis.call('HSET', numbers, 'epoch', own, 'last', 0)
	end
	local server = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
	return own, own .. string.sub(server, 1, 12)
end
