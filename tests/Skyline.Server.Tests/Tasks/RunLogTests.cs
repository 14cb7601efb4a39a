using System.Text;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Tasks;

public sealed class RunLogTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(PaperBuilder Builder, LeasedRun Run)> Running(Site site)
    {
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        return (builder, await builder.Lease());
    }

    static async Task<string> Text(Stream stream) => await new StreamReader(stream).ReadToEndAsync(Ct);

    [Fact]
    public async Task A_piece_sent_twice_is_not_doubled_and_a_gap_is_told_where_to_go_on()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);

        Assert.Equal(6, (await builder.Contract.AppendLog(run.RunId, 0, "first\n"u8.ToArray(), Ct)).Bytes);
        Assert.Equal(6, (await builder.Contract.AppendLog(run.RunId, 0, "first\n"u8.ToArray(), Ct)).Bytes);
        Assert.Equal(6, (await builder.Contract.AppendLog(run.RunId, 99, "far off\n"u8.ToArray(), Ct)).Bytes);
        Assert.Equal(13, (await builder.Contract.AppendLog(run.RunId, 3, "st\nsecond\n"u8.ToArray(), Ct)).Bytes);

        Assert.Equal("first\nsecond\n", await Text(await site.Admin.OpenLog(run.RunId, 0, follow: false, Ct)));
        Assert.Equal("second\n", await Text(await site.Admin.OpenLog(run.RunId, 6, follow: false, Ct)));
    }

    [Fact]
    public async Task A_log_that_is_followed_comes_as_it_is_written_and_ends_with_the_run()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);
        using var reader = new StreamReader(await site.Admin.OpenLog(run.RunId, 0, follow: true, Ct));

        await builder.Contract.AppendLog(run.RunId, 0, "+ make\n"u8.ToArray(), Ct);
        Assert.Equal("+ make", await reader.ReadLineAsync(Ct));
        await builder.Contract.AppendLog(run.RunId, 7, "cc hello.c\n"u8.ToArray(), Ct);
        Assert.Equal("cc hello.c", await reader.ReadLineAsync(Ct));
        await builder.Report(run.RunId, RunOutcome.Failed, "no");

        Assert.Null(await reader.ReadLineAsync(Ct));
    }

    [Fact]
    public async Task A_browser_gets_events_with_offsets_and_a_last_one_and_broken_text_does_not_break_it()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);
        byte[] log = [.. "ok\n"u8, 0xff, 0xfe, .. "<script>\nlast without end"u8];
        await builder.Contract.AppendLog(run.RunId, 0, log, Ct);
        await builder.Report(run.RunId, RunOutcome.Failed, "no");

        var events = await Events(site, run.RunId, null);

        Assert.Contains("event: log\ndata: ok\ndata: \ufffd\ufffd<script>\n", events);
        Assert.Contains("data: last without end\n", events);
        Assert.Contains("event: end\ndata: Failed\n", events);
        Assert.DoesNotContain("data: ok", await Events(site, run.RunId, lastEventId: "3"));
    }

    static async Task<string> Events(Site site, long run, string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"api/runs/{run}/log");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await site.Http().SendAsync(request, Ct);
        return Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(Ct));
    }
}
