using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Skyline.Server.Repos;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Repos;

public sealed class ServingTests : IDisposable
{
    const string ETag = $"\"{PieceHost.Sha256}\"";
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly byte[] content = Noise(3_000_000);

    readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A package as it is kept: a head in memory, frames that are fetched, and the tail of a file that begins with something else.</summary>
    Task<PieceHost> Host()
    {
        var path = temp["upload"];
        File.WriteAllBytes(path, [.. new byte[777], .. content[6_000..]]);
        return PieceHost.Open(
            new HeldPiece(content.AsMemory(0, 4_000)), Fetched(4_000, 1_000), new HeldPiece(default), Fetched(5_000, 1_000),
            new FilePiece(path, 777, content.Length - 6_000));
    }

    static FetchedPiece Fetched(int from, int length) => new(length, async ct =>
    {
        await Task.Yield();
        ct.ThrowIfCancellationRequested();
        return content.AsMemory(from, length);
    });

    static async Task<HttpResponseMessage> Ask(PieceHost host, HttpMethod method, params (string Name, string Value)[] headers)
    {
        using var http = host.Http();
        var request = new HttpRequestMessage(method, "file");
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await http.SendAsync(request, Ct);
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=3999-4000", 3_999, 2)] // the head and the first frame
    [InlineData("bytes=4999-5000", 4_999, 2)] // two frames
    [InlineData("bytes=3000-6999", 3_000, 4_000)] // all borders
    [InlineData("bytes=6000-6000", 6_000, 1)]
    [InlineData("bytes=10-", 10, 2_999_990)]
    [InlineData("bytes=2999999-", 2_999_999, 1)]
    [InlineData("bytes=2999000-99999999999", 2_999_000, 1_000)]
    [InlineData("bytes=-1", 2_999_999, 1)]
    [InlineData("bytes=-2995000", 5_000, 2_995_000)]
    [InlineData("bytes=-99999999", 0, 3_000_000)]
    [InlineData("BYTES= 1-2 ", 1, 2)]
    public async Task A_range_is_the_same_bytes_wherever_the_pieces_border(string range, int first, int count)
    {
        await using var host = await Host();

        var answer = await Ask(host, HttpMethod.Get, ("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {first}-{first + count - 1}/3000000", answer.Content.Headers.GetValues("Content-Range").Single());
        Assert.Equal(count, answer.Content.Headers.ContentLength);
        Assert.Equal(ETag, answer.Headers.ETag!.Tag);
        Assert.Equal(content[first..(first + count)], await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("bytes=5-1")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes")]
    [InlineData("rows=0-1")]
    [InlineData("bytes=99999999999999999999-")]
    public async Task Several_ranges_and_those_that_nobody_understands_get_the_whole_file(string range)
    {
        await using var host = await Host();

        var answer = await Ask(host, HttpMethod.Get, ("Range", range));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Content.Headers.Contains("Content-Range"));
        Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("bytes=3000000-")]
    [InlineData("bytes=3000000-3000001")]
    [InlineData("bytes=-0")]
    public async Task A_range_behind_the_end_is_refused_with_the_length_and_not_to_be_cached(string range)
    {
        await using var host = await Host();

        var answer = await Ask(host, HttpMethod.Get, ("Range", range));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, answer.StatusCode);
        Assert.Equal("bytes */3000000", answer.Content.Headers.GetValues("Content-Range").Single());
        Assert.Null(answer.Headers.CacheControl);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task A_file_that_is_empty_is_served()
    {
        await using var host = await PieceHost.Open();

        Assert.Equal((HttpStatusCode.OK, 0), ((await Ask(host, HttpMethod.Get)).StatusCode, (await Ask(host, HttpMethod.Get)).Content.Headers.ContentLength));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await Ask(host, HttpMethod.Get, ("Range", "bytes=0-"))).StatusCode);
    }

    [Theory]
    [InlineData(ETag, 206)]
    [InlineData("\"another\"", 200)]
    [InlineData($"W/{ETag}", 200)]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", 200)]
    [InlineData("nonsense", 200)]
    public async Task If_range_asks_for_the_rest_of_this_content_only(string ifRange, int status)
    {
        await using var host = await Host();

        var answer = await Ask(host, HttpMethod.Get, ("Range", "bytes=1000-"), ("If-Range", ifRange));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(content[(status == 206 ? 1_000 : 0)..], await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("If-None-Match", ETag, 304)]
    [InlineData("If-None-Match", $"W/{ETag}", 304)]
    [InlineData("If-None-Match", $"\"another\", {ETag}", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"another\"", 200)]
    [InlineData("If-Match", ETag, 200)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Match", "\"another\"", 412)]
    [InlineData("If-Match", $"W/{ETag}", 412)]
    [InlineData("If-Modified-Since", "Wed, 21 Oct 2037 07:28:00 GMT", 200)]
    [InlineData("If-Unmodified-Since", "Wed, 21 Oct 2015 07:28:00 GMT", 200)]
    public async Task Conditions_are_about_the_content_alone(string header, string value, int status)
    {
        await using var host = await Host();
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            var answer = await Ask(host, method, (header, value));

            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(status == 412 ? null : ETag, answer.Headers.ETag?.Tag);
            Assert.Equal(status == 412 ? null : "public, max-age=31536000, immutable", answer.Headers.CacheControl?.ToString());
            Assert.Equal(status == 200 && method == HttpMethod.Get ? content : [], await answer.Content.ReadAsByteArrayAsync(Ct));
        }
    }

    [Fact]
    public async Task A_condition_that_holds_goes_before_a_range()
    {
        await using var host = await Host();

        Assert.Equal(HttpStatusCode.NotModified, (await Ask(host, HttpMethod.Get, ("If-None-Match", ETag), ("Range", "bytes=0-1"))).StatusCode);
    }

    [Fact]
    public async Task Head_says_what_get_would_and_knows_no_ranges()
    {
        await using var host = await Host();

        var answer = await Ask(host, HttpMethod.Head, ("Range", "bytes=0-1"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(3_000_000, answer.Content.Headers.ContentLength);
        Assert.Equal("application/x-rpm", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("bytes", answer.Headers.AcceptRanges.Single());
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd")]
    [InlineData("identity;q=0, gzip")]
    [InlineData("identity")]
    public async Task Bytes_are_never_encoded_again(string accepted)
    {
        await using var host = await Host();

        var answer = await Ask(host, HttpMethod.Get, ("Accept-Encoding", accepted));

        Assert.Empty(answer.Content.Headers.ContentEncoding);
        Assert.Empty(answer.Headers.TransferEncoding);
        Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync(Ct));
    }

    [Fact]
    public async Task One_connection_carries_every_kind_of_answer()
    {
        await using var host = await Host();
        string[] asked = ["", "Range: bytes=5998-6001\r\n", $"If-None-Match: {ETag}\r\n", "Range: bytes=3000000-\r\n", "If-Match: \"another\"\r\n", "Range: bytes=-3\r\n"];
        // All at once: an answer that is longer or shorter than it says puts the next one out of step.
        await using var stream = await host.Ask(string.Concat(asked.Select(headers => $"GET /file HTTP/1.1\r\nHost: x\r\n{headers}\r\n")) + "HEAD /file HTTP/1.1\r\nHost: x\r\n\r\nGET /file HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\nConnection: close\r\n\r\n");

        var (statuses, bodies) = (new List<string>(), new List<int>());
        for (var answers = asked.Length + 2; answers > 0; answers--)
        {
            var head = await Head(stream);
            statuses.Add(head.Split(' ')[1]);
            var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))?[16..];
            var body = new byte[answers == 2 ? 0 : int.Parse(length ?? "0", System.Globalization.CultureInfo.InvariantCulture)];
            await stream.ReadExactlyAsync(body, Ct);
            bodies.Add(body.Length);
        }

        Assert.Equal(["200", "206", "304", "416", "412", "206", "200", "206"], statuses);
        Assert.Equal([3_000_000, 4, 0, 0, 0, 3, 0, 2], bodies);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Ct));
    }

    static async Task<string> Head(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, Ct);
            head.Append((char)one[0]);
        }
        return head.ToString();
    }

    [Fact]
    public async Task Many_readers_at_once_get_every_byte()
    {
        await using var host = await Host();

        var bodies = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i => (First: i * 1_000, Bytes: await (await Ask(host, HttpMethod.Get, ("Range", $"bytes={i * 1_000}-"))).Content.ReadAsByteArrayAsync(Ct))));

        Assert.All(bodies, body => Assert.True(content.AsSpan(body.First).SequenceEqual(body.Bytes)));
    }

    [Fact]
    public async Task What_a_reader_has_not_read_is_not_fetched_far_ahead()
    {
        const int frame = 100_000, frames = 20_000;
        var fetched = 0L;
        await using var host = await PieceHost.Open([.. Enumerable.Range(0, frames).Select(_ => new FetchedPiece(frame, _ =>
        {
            Interlocked.Add(ref fetched, frame);
            return new(content.AsMemory(0, frame));
        }))]);
        await using var reader = await host.Ask("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
        var (buffer, read, furthest) = (new byte[64 << 10], 0L, 0L);
        while (read < 300_000_000)
        {
            read += await reader.ReadAsync(buffer, Ct);
            furthest = Math.Max(furthest, Interlocked.Read(ref fetched) - read);
        }

        // The kernel's buffers of both ends, and one chunk.
        Assert.InRange(furthest, 0, 64 << 20);
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_what_is_fetched_for_it()
    {
        var (asked, waits) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await PieceHost.Open([.. Enumerable.Range(0, 100).Select(_ => new FetchedPiece(10, async ct =>
        {
            if (Interlocked.Increment(ref asked) < 3) return content.AsMemory(0, 10);
            await using var told = ct.Register(ended.SetResult);
            waits.SetResult();
            await ended.Task;
            ct.ThrowIfCancellationRequested();
            return content.AsMemory(0, 10);
        }))]);
        var reader = await host.Ask("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
        await waits.Task.WaitAsync(Ct);

        await reader.DisposeAsync();

        await ended.Task.WaitAsync(Ct);
        await host.Stop();
        Assert.Equal(3, asked);
        Assert.Empty(host.Errors);
    }

    [Fact]
    public async Task A_reader_that_leaves_in_the_middle_of_a_file_is_no_error_and_the_file_is_let_go()
    {
        using (var big = File.Create(temp["big"])) big.SetLength(1L << 30);
        await using var large = await PieceHost.Open(new FilePiece(temp["big"], 0, 1L << 30));

        for (var i = 0; i < 20; i++)
        {
            await using var reader = await large.Ask("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
            await reader.ReadExactlyAsync(new byte[3_000_000], Ct);
        }

        // Stopping waits for requests under way: each of the twenty has ended by itself.
        await large.Stop();
        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd").Select(fd => new FileInfo(fd).LinkTarget), target => target == temp["big"]);
        Assert.Empty(large.Errors);
    }

    [Fact]
    public async Task A_file_that_is_gone_or_too_short_is_an_answer_and_not_half_a_download()
    {
        await using var host = await Host();
        await using (var file = File.OpenWrite(temp["upload"])) file.SetLength(file.Length - 1);

        var answer = await Ask(host, HttpMethod.Get);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Null(answer.Headers.CacheControl);
        Assert.Contains("is shorter than", Assert.Single(host.Errors));

        File.Delete(temp["upload"]);
        Assert.Equal(HttpStatusCode.InternalServerError, (await Ask(host, HttpMethod.Get)).StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, (await Ask(host, HttpMethod.Get, ("Range", "bytes=0-5"))).StatusCode);
    }

    [Fact]
    public async Task A_piece_of_another_length_than_was_promised_breaks_the_connection_off()
    {
        await using var host = await PieceHost.Open(new HeldPiece(content.AsMemory(0, 2_000_000)), new FetchedPiece(10, _ => new(content.AsMemory(0, 9))));
        using var http = host.Http();

        var answer = await http.GetAsync("file", HttpCompletionOption.ResponseHeadersRead, Ct);

        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync(Ct));
        Assert.Contains("turned out to be 9 bytes long", Assert.Single(host.Errors));
    }

    [Fact]
    public async Task A_repositorys_package_comes_in_ranges_that_make_the_whole()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(srpm, Papers.Binary("hello", "2.12", "1.pp1"));
        for (var now = await site.Admin.Build(build.Id, Ct); now.State != Protocol.BuildState.Complete;) now = await site.Admin.WaitBuild(build.Id, now.Revision, 30, Ct);
        const string path = "repos/paper/x86_64/Packages/h/hello-2.12-1.pp1.x86_64.rpm";
        var whole = await site.Http().GetByteArrayAsync(path, Ct);

        var parts = new List<byte>();
        for (var at = 0; at < whole.Length; at += 1_000)
        {
            var part = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = new RangeHeaderValue(at, at + 999) } };
            parts.AddRange(await (await site.Http().SendAsync(part, Ct)).Content.ReadAsByteArrayAsync(Ct));
        }

        Assert.Equal(whole, parts);
    }
}
