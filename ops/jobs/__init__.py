"""What works beside the server: the jobs of rq, and the letters that go to webhooks.

rq reads the prefix of its keys once, from the environment, when it is imported; halls' keys begin
with `{`, so that the two never meet in one Redis.
"""

import os

os.environ["RQ_KEY_PREFIX"] = "jiaohao:rq"
