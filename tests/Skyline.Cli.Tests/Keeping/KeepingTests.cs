using Microsoft.AspNetCore.Http;
using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;

namespace Skyline.Cli.Tests.Keeping;

public sealed class KeepingTests
{
    /// <param name="answers">By "METHOD path?query".</param>
    static async Task<StandInServer> Answering(params (string Asked, string Answer)[] answers)
    {
        var server = await StandInServer.Start();
        server.Meddle = async context =>
        {
            var asked = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}";
            if (answers.FirstOrDefault(one => one.Asked == asked) is not { Asked: not null } known) return false;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(known.Answer);
            return true;
        };
        return server;
    }

    const string Counted = "\"blobs\":3,\"signedPackages\":2,\"frames\":9,\"metadataFiles\":8,\"snapshots\":1,\"bytes\":2000000,\"orphanBlobs\":0,\"orphanBytes\":0,\"seconds\":1.5";

    [Fact]
    public async Task A_check_that_finds_nothing_ends_0_and_says_what_it_looked_at()
    {
        await using var server = await Answering(("POST /api/verify", $"{{\"progress\":{{\"of\":\"blobs\",\"done\":3,\"bytes\":5}}}}\n{{\"result\":{{\"findings\":0,{Counted}}}}}\n"));

        using var run = await CliRun.Of(server, "repo", "verify");

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        Assert.Equal(["3 files, 2 signed packages, 8 metadata files and 1 snapshots (2 MB) were checked in 1.5 s: all is as it should be."], run.OutLines);
    }

    [Fact]
    public async Task A_check_that_finds_something_says_it_and_ends_with_a_code_of_its_own()
    {
        await using var server = await Answering(("POST /api/verify?tag=testos", $"{{\"finding\":\"Blob 12 is damaged.\\u001b[31m\"}}\n{{\"result\":{{\"findings\":1,{Counted}}}}}\n"));

        using var plain = await CliRun.Of(server, "repo", "verify", "testos");
        using var json = await CliRun.Of(server, "repo", "verify", "testos", "--json");

        Assert.Equal(7, await plain.Exit);
        Assert.StartsWith("Blob 12 is damaged.", plain.OutLines[0], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', plain.Out);
        Assert.Equal((7, 1), (await json.Exit, json.Json().GetProperty("result").GetProperty("findings").GetInt32()));
    }

    [Fact]
    public async Task A_check_that_was_cut_off_is_not_a_good_one()
    {
        await using var server = await Answering(("POST /api/verify", "{\"progress\":{\"of\":\"blobs\",\"done\":3,\"bytes\":5}}\n"));

        using var run = await CliRun.Of(server, "repo", "verify");

        Assert.Equal(4, await run.Exit);
        Assert.Contains("cut off", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_is_tried_or_done_never_by_accident()
    {
        await using var server = await Answering(("POST /api/retention?dryRun=true", """
            {"dryRun":true,"tags":[{"tag":"testos","policy":{"keepSnapshots":1,"keepDays":0},"snapshots":[
              {"hash":"aaaaaaaaaaaabbbb","createdAt":"2030-01-02T03:04:05+00:00","packages":2,"stays":"It is the newest."},
              {"hash":"ccccccccccccdddd","createdAt":"2030-01-01T03:04:05+00:00","packages":1}]}],
             "builds":[{"id":7,"nvr":"hello-1-1"}],"uploads":3,"signedCopies":0}
            """));

        using var neither = await CliRun.Of(server, "repo", "retention");
        using var both = await CliRun.Of(server, "repo", "retention", "--dry-run", "--apply");
        using var tried = await CliRun.Of(server, "repo", "retention", "--dry-run");

        Assert.Equal((2, 2, 0), (await neither.Exit, await both.Exit, await tried.Exit));
        Assert.Equal([
            "TAG     SNAPSHOT      MADE              PACKAGES  STAYS",
            "testos  aaaaaaaaaaaa  2030-01-02 03:04  2         It is the newest.",
            "testos  cccccccccccc  2030-01-01 03:04  1         It would go.",
            "The packages of build 7 (hello-1-1) would go.",
            "1 snapshots, the packages of 1 builds, the uploads of 3 runs and 0 signed copies would go."], tried.OutLines);
    }

    [Fact]
    public async Task A_tags_retention_is_shown_and_set()
    {
        await using var server = await Answering(("GET /api/tags/testos/retention", """{"keepSnapshots":20,"keepDays":14}"""), ("PUT /api/tags/testos/retention", """{"keepSnapshots":20,"keepDays":30}"""));

        using var shown = await CliRun.Of(server, "tag", "retention", "testos");
        using var set = await CliRun.Of(server, "tag", "retention", "testos", "--days", "30");

        Assert.Equal("Tag testos keeps its 20 newest snapshots, and all that were its newest within 14 days.\n", shown.Out);
        Assert.Equal("Tag testos keeps its 20 newest snapshots, and all that were its newest within 30 days.\n", set.Out);
    }

    [Fact]
    public async Task Garbage_and_exports_are_told_in_a_line()
    {
        await using var server = await Answering(("POST /api/gc?dryRun=true", """{"dryRun":true,"blobs":4,"bytes":4000}"""),
            ("POST /api/tags/testos/export", "\n\n" + """{"path":"/srv/exports/testos","snapshot":"abc","packages":5,"written":2,"removed":1}"""));

        using var gc = await CliRun.Of(server, "repo", "gc", "--dry-run");
        using var export = await CliRun.Of(server, "repo", "export", "testos");

        Assert.Equal("4 files would go, 4 KB.\n", gc.Out);
        Assert.Equal("/srv/exports/testos on the server has snapshot abc: 5 packages, 2 of them newly written, 1 removed.\n", export.Out);
    }

    [Fact]
    public async Task What_is_kept_and_how_the_last_work_went_is_told()
    {
        await using var server = await Answering(("GET /api/keeping", """
            {"now":"check","nightly":"03:20","store":{"files":7,"bytes":7000,"databaseBytes":2000,"externalBytes":0,"roomLeft":9000000},
             "tags":[{"tag":"testos","policy":{"keepSnapshots":20,"keepDays":14},"snapshots":30,"going":10}],
             "retention":{"last":{"endedAt":"2001-01-02T03:04:05+00:00","triedAt":"2001-01-03T03:04:05+00:00","why":"The disk is full.\u001b[31m"},
               "removed":{"snapshots":2,"builds":1,"uploads":0,"signedCopies":0,"someSnapshots":[],"someBuilds":[]}},
             "checks":[{"last":{"triedAt":"2001-01-03T03:04:05+00:00","why":"It was begun then."}}],
             "exports":[{"path":"a/testos","tag":"testos","scheduled":true,"newest":false,"last":{"endedAt":"2001-01-02T03:04:05+00:00","triedAt":"2001-01-02T03:04:05+00:00"},"has":{"snapshot":"abc","packages":1,"written":1,"removed":0}}]}
            """));

        using var run = await CliRun.Of(server, "repo", "status");

        Assert.Equal(0, await run.Exit);
        Assert.Equal(
        [
            "The server is at its check now.",
            "Kept: 7 files (7 KB), 2 KB of database; 9 MB are left.",
            "TAG     KEEPS        SNAPSHOTS  NEXT NIGHT",
            "testos  20, 14 days  30         10 would go",
        ], run.OutLines.Take(4));
        Assert.Matches(@"^Retention, every night at 03:20: \d+ d ago, 2 snapshots and the packages of 1 builds went\.$", run.OutLines[4]);
        Assert.Matches(@"^  The last try, \d+ d ago: The disk is full\.␛\[31m$", run.OutLines[5]);
        Assert.Equal(["Collection of garbage: not yet.", "Check of everything: not yet."], [run.OutLines[6], run.OutLines[7]]);
        Assert.Matches(@"^Export to a/testos: \d+ d ago, testos has a newer snapshot\.$", run.OutLines[9]);
    }
}
