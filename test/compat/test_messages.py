"""Messages between flow runs, and to them from outside."""


from support.client import FLOWS, run_ids
from support.waiting import until


def test_a_running_flow_receives_what_is_sent_to_it_and_answers(cloud):
    service = cloud.start_python(FLOWS / "receives.py")
    try:
        run_id = until(lambda: next(iter(run_ids(service.output)), None), "a run that listens")
        sent = cloud.python(FLOWS / "sends.py", run_id)
        assert sent.code == 0, sent.output
        assert cloud.wait_for(run_id, "COMPLETED")
        cloud.wait_for_log(run_id, "heard: hello from outside")
    finally:
        service.kill()
