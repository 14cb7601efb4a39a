using System.Net;
using System.Net.Http.Json;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Tasks;

namespace Skyline.Server.Tests.Tasks;

public sealed class SearchLogTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<long> WithLog(Site site, byte[] log)
    {
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();
        await builder.Contract.AppendLog(run.RunId, 0, log, Ct);
        return run.RunId;
    }

    [Fact]
    public async Task A_text_is_found_in_the_whole_log_with_its_lines()
    {
        await using var site = await Site.Open();
        var log = new StringBuilder();
        for (var line = 1; line <= 30_000; line++) log.Append(line % 10_000 == 0 ? $"x.c:{line}: ERROR: error twice\n" : $"cc -c file{line}.c\n");
        var run = await WithLog(site, Encoding.UTF8.GetBytes(log.ToString()));

        var found = await site.Admin.SearchLog(run, "error", Ct);

        Assert.Equal((3, log.Length), (found.Count, (int)found.Searched));
        Assert.Equal([10_000, 20_000, 30_000], found.Lines.Select(place => place.Line));
        Assert.All(found.Lines, place => Assert.StartsWith($"x.c:{place.Line}: ERROR", log.ToString((int)place.Offset, 20)));
        Assert.Equal((30_000, 1000), ((await site.Admin.SearchLog(run, "C", Ct)).Count, (await site.Admin.SearchLog(run, "C", Ct)).Lines.Count));
        Assert.Equal(0, (await site.Admin.SearchLog(run, "nowhere", Ct)).Count);
        foreach (var (query, status) in new[] { ("", 400), ("q=", 400), ("q=a%0Ab", 400), ($"q={new string('a', 201)}", 400) })
            Assert.Equal(status, (int)(await site.Http().GetAsync($"api/runs/{run}/log/search?{query}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("api/runs/99/log/search?q=a", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_lines_number_and_place_are_told_by_each_other()
    {
        await using var site = await Site.Open();
        var run = await WithLog(site, "one\ntwo\n\nfour"u8.ToArray());

        foreach (var (query, line, offset) in new[] { ("offset=0", 1, 0), ("offset=3", 1, 0), ("offset=4", 2, 4), ("offset=8", 3, 8), ("offset=9", 4, 9), ("offset=999", 4, 9), ("line=1", 1, 0), ("line=4", 4, 9), ("line=77", 4, 9) })
            Assert.Equal(new LogPlace(line, offset), await site.Http().GetFromJsonAsync($"api/runs/{run}/log/place?{query}", SkylineJson.Default.LogPlace, Ct));
        foreach (var wrong in new[] { "", "line=0", "offset=-1", "line=1&offset=1" })
            Assert.Equal(HttpStatusCode.BadRequest, (await site.Http().GetAsync($"api/runs/{run}/log/place?{wrong}", Ct)).StatusCode);
    }

    /// <summary>Against the plainest search there is, over logs of few letters cut anywhere.</summary>
    [Fact]
    public void A_text_that_is_cut_between_pieces_is_found_as_if_it_were_not()
    {
        var random = new Random(7103);
        for (var round = 0; round < 2000; round++)
        {
            var log = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => "aAb\n"[random.Next(4)]));
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "ab"[random.Next(2)]));
            var found = new LogFinds(Encoding.UTF8.GetBytes(text), 1000);
            for (int at = 0, piece; at < log.Length; at += piece) found.Take(Encoding.UTF8.GetBytes(log.Substring(at, piece = random.Next(1, Math.Min(9, log.Length - at) + 1))));

            var wanted = log.Split('\n').Select((line, at) => (Line: at + 1L, line)).Where(one => one.line.Contains(text, StringComparison.OrdinalIgnoreCase)).Select(one => one.Line);
            Assert.Equal(wanted, found.Places.Select(place => place.Line));
        }
    }

    [Fact]
    public async Task A_line_too_long_for_an_event_is_told_to_be_in_parts()
    {
        await using var site = await Site.Open();
        var run = await WithLog(site, [.. "short\n"u8, .. Encoding.UTF8.GetBytes(new string('x', 10_000)), .. "\nlast\n"u8]);
        var request = new HttpRequestMessage(HttpMethod.Get, $"api/runs/{run}/log");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var reader = new StreamReader(await (await site.Http().SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct)).Content.ReadAsStreamAsync(Ct));

        var events = new List<string>();
        while (await reader.ReadLineAsync(Ct) is { } line && line != "data: last")
            if (line.StartsWith("event: ", StringComparison.Ordinal)) events.Add(line[7..]);

        Assert.Equal(["from", "log", "log", "part", "log", "part", "log"], events);
    }
}
