--[[ set_mode: who may take a ticket, with a notice for the public.
  in        mode (normal, appointment_only, closed)  notice
  refuses   INVALID mode
  tells     day.mode_set ]]
local MODES = {normal = true, appointment_only = true, closed = true}

command('set_mode', function(hall, arg)
  if not MODES[arg.mode or ''] then
    invalid('mode', 'The mode is normal, appointment_only or closed.')
  end

  redis.call('HSET', hall.root, 'mode', arg.mode)
  tell(hall, 'day.mode_set', 'mode', arg.mode, 'notice', arg.notice)
end)
