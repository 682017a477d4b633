--[[ undo: the window's last command never happened.
  in        window
  refuses   NOTHING_TO_UNDO  too late, nothing there, or somebody has acted on it since
            NOT_YOURS
  tells     window.undone ]]
--[[ What is told of a thing as it was; whose ticket it is stays in here. ]]
local function images(kind)
  local found = {}
  for number, pair in pairs(kind) do
    local image = {}
    for name, value in pairs(pair.was) do
      if name ~= 'person' and name ~= 'score' then image[name] = value end
    end
    found[number] = image
  end
  return found
end

command('undo', function(hall, arg)
  windows.mine(hall, arg)
  local done = undo.find(hall, arg.window)
  local found = undo.pairs_of(hall, done)

  redis.call('HDEL', hall.root .. ':undo', arg.window)
  tell(hall, 'window.undone', 'window', arg.window, 'undone', done.undone, 'since', done.since,
    'restored', cjson.encode({tickets = images(found.tickets), windows = images(found.windows)}))
  for _, pair in pairs(found.windows) do undo.restore_window(hall, pair) end
  for _, pair in pairs(found.tickets) do undo.restore_ticket(hall, pair) end
  windows.note_owned(hall)
end)
