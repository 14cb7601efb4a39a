"""Submits a source package with the client that was generated from the API's document, waits, reads the log and lists the tag.

submit.py ADDRESS TOKEN-FILE SOURCE-PACKAGE TARGET
"""
import sys

import skyline_client
from skyline_client.rest import ApiException

OVER = ("Complete", "Failed", "Cancelled")


def main(address, token_file, srpm, target):
    settings = skyline_client.Configuration(host=address)
    with open(token_file, encoding="ascii") as file:
        settings.access_token = file.read().strip()
    with skyline_client.ApiClient(settings) as client:
        builds = skyline_client.BuildsApi(client)
        with open(srpm, "rb") as file:
            build = builds.post_builds(file.read(), target=target)
        print("submitted", build.nvr, flush=True)
        while build.state not in OVER:
            build = builds.get_builds_by_id(build.id, since=build.revision, wait=30)
        print("ended", build.state)
        print("log", skyline_client.RunsApi(client).get_runs_by_run_log(build.tasks[0].runs[0].id).strip())
        print("tag", " ".join(one.nvr for one in skyline_client.TagsApi(client).get_tags_by_name(target).builds))
        try:
            builds.get_builds_by_id(987654)
        except ApiException as refusal:
            print("refused", refusal.status, refusal.headers["Content-Type"], refusal.body)


main(*sys.argv[1:])
