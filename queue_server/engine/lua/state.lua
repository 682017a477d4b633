--[[ state: everything Redis knows of a day, as JSON; for tests and for the curious. It writes nothing. ]]
redis.register_function{
  function_name = 'jiaohao_state', flags = {'no-writes'},
  callback = function(keys)
    local root, found = keys[1], {tickets = {}, windows = {}}
    local meta = redis.call('HMGET', root, 'state', 'seq', 'at', 'mode', 'live')
    found.state, found.seq, found.at, found.mode = meta[1], tonumber(meta[2]), tonumber(meta[3]),
      meta[4]
    found.live, found.day = tonumber(meta[5]), string.match(root, '[^:]+$')
    for _, kind in ipairs({'tickets', 'windows'}) do
      local flat = redis.call('HGETALL', root .. ':' .. kind)
      for i = 1, #flat, 2 do found[kind][flat[i]] = cmsgpack.unpack(flat[i + 1]) end
    end
    return cjson.encode(found)
  end,
}
