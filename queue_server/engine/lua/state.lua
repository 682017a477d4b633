--[[ state: everything Redis knows of a day, as JSON; for tests and for the curious. It writes nothing. ]]
redis.register_function{
  function_name = 'jiaohao_state', flags = {'no-writes'},
  callback = function(keys)
    local root, found = keys[1], {tickets = {}, windows = {}}
    local meta = redis.call('HMGET', root, 'state', 'mode', 'counts')
    local seq, at, _, live = string.match(meta[3], '^(%d+) (%d+) (%d+) (%d+)')
    found.state, found.mode, found.day = meta[1], meta[2], string.match(root, '[^:]+$')
    found.seq, found.at, found.live = tonumber(seq), tonumber(at), tonumber(live)
    for _, kind in ipairs({'tickets', 'windows'}) do
      local flat = redis.call('HGETALL', root .. ':' .. kind)
      for i = 1, #flat, 2 do found[kind][flat[i]] = cmsgpack.unpack(flat[i + 1]) end
    end
    return cjson.encode(found)
  end,
}
