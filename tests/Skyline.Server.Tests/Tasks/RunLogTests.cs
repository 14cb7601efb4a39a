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

        Assert.Contains("event: log\ndata: ok\ndata: \ufffd\ufffd<script>\nid: 14\n\n", events);
        Assert.Contains("data: last without end\n", events);
        Assert.Contains("event: end\ndata: Failed\n", events);
        Assert.DoesNotContain("data: ok", await Events(site, run.RunId, lastEventId: "3"));
    }

    [Fact]
    public async Task Events_never_cut_a_character_and_show_a_line_as_it_looks_in_the_end()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);
        var random = new Random(20113);
        var text = new StringBuilder();
        for (var line = 0; line < 300; line++) text.Append(line % 7 == 0 ? $"{line}%\r{line + 1}%\r{line + 2}% 🚀\r\n" : $"{line} {string.Concat(Enumerable.Repeat("🚀ä", random.Next(40)))}\n\n");
        text.Append(string.Concat(Enumerable.Repeat("x🚀ä", 40_000))).Append('\n');
        var log = Encoding.UTF8.GetBytes(text.ToString());
        var reading = Events(site, run.RunId, null);

        for (int at = 0, piece; at < log.Length; at += piece)
            await builder.Contract.AppendLog(run.RunId, at, log.AsMemory(at, piece = Math.Min(random.Next(1, at < 20_000 ? 500 : 30_000), log.Length - at)), Ct);
        await builder.Report(run.RunId, RunOutcome.Failed, "no");

        var seen = Log(await reading);
        Assert.DoesNotContain('\ufffd', seen.Text);
        Assert.All(seen.Lines, line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 4096));
        var looks = string.Join("", text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').Select(line => line[(line.LastIndexOf('\r') + 1)..] + "\n"));
        // The long line comes in parts; else every line is one.
        Assert.Equal(looks.Split('\n').Take(500), seen.Lines.Take(500));
        Assert.Equal(looks.Replace("\n", "", StringComparison.Ordinal), string.Concat(seen.Lines));
    }

    [Fact]
    public async Task Events_that_are_cut_off_go_on_after_the_last_id_with_nothing_lost_or_doubled()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);
        var lines = Enumerable.Range(0, 4000).Select(n => $"{n} {new string((char)('a' + n % 26), n % 300)}").ToList();
        await builder.Contract.AppendLog(run.RunId, 0, Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), Ct);
        await builder.Report(run.RunId, RunOutcome.Failed, "no");
        var whole = await Events(site, run.RunId, null);

        var random = new Random(77);
        var got = new List<string>();
        string? last = null;
        for (var cut = 0; cut < 20; cut++)
        {
            var rest = await Events(site, run.RunId, last);
            // A browser keeps what it has had whole.
            var part = Log(rest[..(rest.LastIndexOf("\n\n", random.Next(rest.Length), StringComparison.Ordinal) + 2)]);
            got.AddRange(part.Lines);
            last = part.LastId ?? last;
        }
        got.AddRange(Log(await Events(site, run.RunId, last)).Lines);

        Assert.Equal(lines, got);
        Assert.Equal(lines, Log(whole).Lines);
    }

    [Fact]
    public async Task A_line_that_is_being_written_is_shown_before_its_end()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);
        using var reader = await Follow(site, run.RunId, "");
        await builder.Contract.AppendLog(run.RunId, 0, "whole\n10%\r20%"u8.ToArray(), Ct);

        await Until(reader, "data: whole");
        await Until(reader, "event: line");
        Assert.Equal("data: 20%", await reader.ReadLineAsync(Ct));
        await builder.Contract.AppendLog(run.RunId, 13, "\r100%\n"u8.ToArray(), Ct);
        await Until(reader, "event: log");
        Assert.Equal("data: 100%", await reader.ReadLineAsync(Ct));
        Assert.Equal("id: 19", await reader.ReadLineAsync(Ct));
    }

    [Fact]
    public async Task The_end_of_a_long_log_is_had_without_the_rest()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);
        await builder.Contract.AppendLog(run.RunId, 0, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1000, 1000).Select(n => $"line {n}\n"))), Ct);

        using (var reader = await Follow(site, run.RunId, "?tail=25"))
        {
            await Until(reader, "event: from");
            Assert.Equal("data: 9980", await reader.ReadLineAsync(Ct));
            await Until(reader, "data: line 1998");
        }
        Assert.Equal("line 1999\n", await Range("bytes=-10", 206));
        Assert.Equal("line 1000\n", await Range("bytes=0-9", 206));
        Assert.Equal("", await Range("bytes=10000-", 416));

        async Task<string> Range(string range, int status)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"api/runs/{run.RunId}/log");
            request.Headers.Add("Range", range);
            using var response = await site.Http().SendAsync(request, Ct);
            Assert.Equal(status, (int)response.StatusCode);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.True(status == 416 || response.Content.Headers.ContentType!.ToString() == "text/plain; charset=utf-8");
            return await response.Content.ReadAsStringAsync(Ct);
        }
    }

    /// <summary>What comes while it is sent would be more than was announced, and break it off.</summary>
    [Fact]
    public async Task A_log_is_told_to_have_a_length_when_it_grows_no_more()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);
        await builder.Contract.AppendLog(run.RunId, 0, "first\n"u8.ToArray(), Ct);

        Assert.Equal((null, "first\n"), await Whole());
        await site.Admin.Cancel((await site.Admin.Builds(Ct)).Builds.Single().Id, Ct);
        Assert.Equal((6L, "first\n"), await Whole());

        async Task<(long?, string)> Whole()
        {
            using var response = await site.Http().GetAsync($"api/runs/{run.RunId}/log", HttpCompletionOption.ResponseHeadersRead, Ct);
            return (response.Content.Headers.ContentLength, await response.Content.ReadAsStringAsync(Ct));
        }
    }

    [Fact]
    public async Task A_log_longer_than_is_kept_is_refused_and_builders_are_told_how_long_it_may_be()
    {
        await using var site = await Site.Open(settings: "--Skyline:MaxLogBytes=1000");
        var (builder, run) = await Running(site);

        Assert.Equal(500, run.Limits.LogBytes);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.AppendLog(run.RunId, 0, new byte[1001], Ct));
        Assert.Equal(413, refused.Status);
    }

    [Fact]
    public async Task Failing_lines_come_with_their_places_and_a_builder_that_tells_none_is_heard_too()
    {
        await using var site = await Site.Open();
        var (builder, run) = await Running(site);
        await builder.Contract.Report(run.RunId, new(RunOutcome.Failed, "no", ["a.c:1: error: x", "make: *** [a.o] Error 1"], [], [], [], [new(17, 400), new(19, 512)]), Ct);
        var (other, second) = await Running(site);
        await other.Contract.Report(second.RunId, new(RunOutcome.Failed, "no", ["b.c:1: error: y"], [], [], []), Ct);

        var told = (await site.Admin.Build(run.BuildId, Ct)).Tasks[0].Runs[0];
        Assert.Equal(["a.c:1: error: x", "make: *** [a.o] Error 1"], told.FailingLines);
        Assert.Equal([new(17, 400), new(19, 512)], told.FailingPlaces!);
        var untold = (await site.Admin.Build(second.BuildId, Ct)).Tasks[0].Runs[0];
        Assert.Equal(["b.c:1: error: y"], untold.FailingLines);
        Assert.Null(untold.FailingPlaces);
    }

    /// <summary>The events of a log, as a browser that appends a line for each has them.</summary>
    static (string Text, IReadOnlyList<string> Lines, string? LastId) Log(string stream)
    {
        var events = stream.Split("\n\n").Where(part => part.StartsWith("event: log\n", StringComparison.Ordinal)).ToList();
        List<string> lines = [.. events.SelectMany(part => part.Split('\n')).Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..])];
        return (string.Join('\n', lines), lines, events.LastOrDefault()?.Split('\n').Last(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..]);
    }

    static async Task<StreamReader> Follow(Site site, long run, string query)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"api/runs/{run}/log{query}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        return new(await (await site.Http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct)).Content.ReadAsStreamAsync(Ct));
    }

    static async Task Until(StreamReader reader, string line)
    {
        while (await reader.ReadLineAsync(Ct) is { } read)
            if (read == line) return;
        Assert.Fail($"The stream ended without '{line}'.");
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
