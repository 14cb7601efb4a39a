using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Builds;

public sealed class BuildTests
{
    [Fact]
    public async Task A_source_package_arrives_whole_in_the_only_target_there_is()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var srpm = Samples.SourceRpm(folder.Path, "hello-2.12-1.src.rpm", 300_000);

        using var run = await CliRun.Of(server, "build", srpm);

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        var sha = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(srpm)));
        Assert.Equal([new Upload("hello-2.12-1.src.rpm", "testos", false, 300_000, "100-continue", sha)], server.Uploads);
        Assert.Equal("Uploading hello-2.12-1.src.rpm (300 KB)", run.OutLines[0]);
        Assert.StartsWith("Uploaded hello-2.12-1.src.rpm: 300 KB in ", run.OutLines[1], StringComparison.Ordinal);
        Assert.Equal($"Build 17 hello-2.12-1 in testos: {server.Url}/builds/17", run.OutLines[2]);
    }

    [Fact]
    public async Task An_address_is_fetched_by_the_server()
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, "build", "--scratch", "https://example.org/hello-2.12-1.src.rpm");

        Assert.Equal(0, await run.Exit);
        Assert.Equal([new BuildFromUrl("https://example.org/hello-2.12-1.src.rpm", "testos", true)], server.Urls);
        Assert.Contains("(scratch)", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_is_built_from_by_the_server_and_its_options_are_of_it_alone()
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, "build", "--scratch", "--subdir", "packages/hello", "--method", "dist-git", "--no-submodules", "--no-lfs", "git+https://git.example.org/rpms/hello#main");
        using var wrong = await CliRun.Of(server, "build", "--subdir", "packages/hello", "https://example.org/hello-2.12-1.src.rpm");

        Assert.Equal(0, await run.Exit);
        Assert.Equal([new NewSourceBuild("git+https://git.example.org/rpms/hello#main", "testos", null, "packages/hello", SourceMethod.DistGit, true, Submodules: false, Lfs: false)], server.Repositories);
        Assert.Equal(2, await wrong.Exit);
        Assert.Contains("--no-lfs are of what is built from Git", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_rpmbuild_go_along_with_files_and_with_addresses_and_are_told()
    {
        await using var server = await StandInServer.Start();
        var options = new BuildOptions(["tls", "docs"], ["tests"], new Dictionary<string, string> { ["flavour"] = "sour & sweet" }, true, ["extra"]);
        server.Builds.OnAdd = build => build with { Options = options };
        var asked = new System.Collections.Concurrent.ConcurrentQueue<string>();
        server.Meddle = context =>
        {
            if (context.Request.Method == "POST") asked.Enqueue(context.Request.QueryString.Value!);
            return Task.FromResult(false);
        };
        using var folder = new TempFolder();

        using var run = await CliRun.Of(server, "build", "--with", "tls", "--with=docs", "--without", "tests", "--define", "flavour  sour & sweet", "--nocheck", "--repo", "extra",
            Samples.SourceRpm(folder.Path, "hello-2.12-1.src.rpm"), "https://example.org/words-3-1.src.rpm");

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        Assert.EndsWith("&with=tls&with=docs&without=tests&define=flavour%20sour%20%26%20sweet&nocheck=true&repo=extra", Assert.Single(asked, query => query.Length > 0), StringComparison.Ordinal);
        Assert.Equivalent(options, Assert.Single(server.Urls).Options, strict: true);
        Assert.Equal(2, run.OutLines.Count(line => line == "  --with=tls --with=docs --without=tests --define=flavour sour & sweet --nocheck --repo=extra"));
    }

    [Theory]
    [InlineData("flavour", "give it a name and a value")]
    [InlineData("flavour ", "give it a name and a value")]
    [InlineData("dist .x", "dist is defined already")]
    public async Task A_macro_that_is_none_is_refused_before_anything_is_sent(string define, string said)
    {
        await using var server = await StandInServer.Start();

        using var run = await CliRun.Of(server, "build", "--define", "dist .y", "--define", define, "https://example.org/words-3-1.src.rpm");

        Assert.Equal((int)ExitCode.Usage, await run.Exit);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Urls);
    }

    [Fact]
    public async Task A_server_may_take_its_time_to_fetch_a_package()
    {
        await using var server = await StandInServer.Start();
        var time = new HurriedTime(1000, deadlinesToo: true);
        server.Meddle = async context =>
        {
            // Longer than any other answer may take.
            if (context.Request.Method is "POST" or "PUT") await Task.Delay(TimeSpan.FromSeconds(300), time);
            return false;
        };
        using var folder = new TempFolder();

        using var run = await CliRun.Of(new CliWorld { Server = server.Url, Time = time }, "build", "--target", "testos", "https://example.org/hello-2.12-1.src.rpm");
        // Or a large one its time to arrive.
        using var sent = await CliRun.Of(new CliWorld { Server = server.Url, Time = time }, "build", "--target", "testos", Samples.SourceRpm(folder.Path, "big.src.rpm", 20_000_000));

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        Assert.Equal((0, ""), (await sent.Exit, sent.Error));
    }

    [Fact]
    public async Task An_interrupted_upload_says_that_it_may_not_have_arrived()
    {
        await using var server = await StandInServer.Start();
        var arrived = new TaskCompletionSource();
        server.Meddle = async context =>
        {
            if (context.Request.Method != "POST") return false;
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            return true;
        };
        using var folder = new TempFolder();
        var run = CliRun.Start(server, "build", Samples.SourceRpm(folder.Path, "hello.src.rpm"));
        await arrived.Task;

        await run.Interrupt();

        Assert.Equal((int)ExitCode.Interrupted, await run.Exit);
        Assert.Equal("Interrupted. hello.src.rpm may not have been submitted; see: skyline builds\n", run.Error);
    }

    [Fact]
    public async Task Where_there_are_several_targets_one_must_be_named_and_nothing_is_sent()
    {
        await using var server = await StandInServer.Start();
        server.Targets.Add(new TargetDetails("fedora-43", "fedora-43", "fedora-43"));
        using var folder = new TempFolder();
        var srpm = Samples.SourceRpm(folder.Path, "hello.src.rpm");

        using var unnamed = await CliRun.Of(server, "build", srpm);
        Assert.Equal((int)ExitCode.Usage, await unnamed.Exit);
        Assert.Equal("Which target? Name one with --target: testos, fedora-43.\n", unnamed.Error);
        Assert.Empty(server.Uploads);

        using var named = await CliRun.Of(server, "build", "--target", "fedora-43", srpm);
        Assert.Equal(0, await named.Exit);
        Assert.Equal("fedora-43", server.Uploads.Single().Target);
    }

    [Fact]
    public async Task With_wait_the_end_of_every_build_is_waited_for()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var run = CliRun.Start(server, "build", "--wait", Samples.SourceRpm(folder.Path, "zlib-1.3-1.src.rpm"), Samples.SourceRpm(folder.Path, "libpng-1.6-1.src.rpm"));

        await Task.WhenAll(server.Builds.SomebodyWaitsFor(17), server.Builds.SomebodyWaitsFor(18));
        Assert.Equal(["libpng-1.6-1.src.rpm", "zlib-1.3-1.src.rpm"], server.Uploads.Select(upload => upload.Name).Order(StringComparer.Ordinal));
        server.Builds.Change(18, Samples.Completed);
        await server.Builds.SomebodyWaitsFor(17);
        Assert.False(run.Exit.IsCompleted);
        server.Builds.Change(17, Samples.Completed);

        Assert.Equal(0, await run.Exit);
        foreach (var name in new[] { "zlib-1.3-1", "libpng-1.6-1" })
        {
            Assert.Contains(run.OutLines, line => line.EndsWith($" {name}: complete", StringComparison.Ordinal));
            Assert.Contains($"  {name}.x86_64.rpm  123 KB", run.OutLines);
        }
    }

    [Fact]
    public async Task Of_several_one_that_fails_ends_with_1_when_all_have_ended()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Nvr == "zlib" ? build.FailedBecause("rpmbuild failed", "zlib.c:3: error: no") : Samples.Completed(build);
        using var folder = new TempFolder();

        using var run = await CliRun.Of(server, "build", "--wait", "--json", Samples.SourceRpm(folder.Path, "zlib.src.rpm"), Samples.SourceRpm(folder.Path, "libpng.src.rpm"));

        Assert.Equal((int)ExitCode.BuildFailed, await run.Exit);
        Assert.Equal(2, server.Uploads.Count);
        Assert.Contains("    1234: zlib.c:3: error: no", run.Error.Split('\n'));
        // In the order given, however they came to be numbered.
        Assert.Equal(["zlib Failed", "libpng Complete"], run.Json().GetProperty("builds").EnumerateArray().Select(build => $"{build.GetProperty("nvr").GetString()} {build.GetProperty("state").GetString()}"));
    }

    [Fact]
    public async Task A_large_package_is_sent_ahead_and_goes_on_where_it_broke_off()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var srpm = Samples.SourceRpm(folder.Path, "big-1-1.src.rpm", 20_000_000);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(srpm)));
        server.Come[sha256] = 15_000_000;

        using var run = await CliRun.Of(server, "build", "--scratch", srpm);
        using var again = await CliRun.Of(server, "build", "--scratch", srpm);

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        var sent = Assert.Single(server.Uploads);
        Assert.Equal(("big-1-1.src.rpm", "from 15000000", 5_000_000), (sent.Name, sent.Target, sent.Length));
        Assert.Equal([new BuildFromUrl(null, "testos", true, Sha256: sha256), new BuildFromUrl(null, "testos", true, Sha256: sha256)], server.Urls);
        Assert.Contains("big-1-1.src.rpm goes on from 15 MB of 20 MB.", run.OutLines);
        Assert.Equal(0, await again.Exit);
    }

    [Fact]
    public async Task What_the_server_would_refuse_is_not_sent_ahead()
    {
        await using var server = await StandInServer.Start();
        server.Meddle = context => context.Request.Query["preview"] == "true" ? StandInServer.Refuse(context, 403, "testos is not yours to build in.") : Task.FromResult(false);
        using var folder = new TempFolder();

        using var run = await CliRun.Of(server, "build", Samples.SourceRpm(folder.Path, "big.src.rpm", 20_000_000));

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Equal("testos is not yours to build in.\n", run.Error);
        Assert.Empty(server.Uploads);
    }

    [Fact]
    public async Task On_a_terminal_several_uploads_have_a_line_each()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var both = new TaskCompletionSource();
        var here = 0;
        server.Meddle = async context =>
        {
            if (context.Request.Method != "POST") return false;
            if (Interlocked.Increment(ref here) == 2) both.SetResult();
            await both.Task;
            return false;
        };

        using var run = await CliRun.Of(new CliWorld { Server = server.Url, Terminal = true, Width = 60 }, "build", Samples.SourceRpm(folder.Path, "zlib.src.rpm"), Samples.SourceRpm(folder.Path, "libpng.src.rpm"));

        Assert.Equal(0, await run.Exit);
        Assert.Matches(@"zlib\.src\.rpm[^\n]*\e\[K\n[^\n]*libpng\.src\.rpm|libpng\.src\.rpm[^\n]*\e\[K\n[^\n]*zlib\.src\.rpm", run.Out);
        Assert.Contains("\r\e[1A\e[J", run.Out, StringComparison.Ordinal);
        Assert.Equal(2, run.Out.Split('\n').Count(line => line.Contains("Uploaded ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Json_is_one_document_with_all_builds_and_the_story_goes_elsewhere()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = Samples.Completed;
        using var folder = new TempFolder();

        using var run = await CliRun.Of(server, "build", "--json", "--wait", Samples.SourceRpm(folder.Path, "zlib.src.rpm"), Samples.SourceRpm(folder.Path, "libpng.src.rpm"));

        Assert.Equal(0, await run.Exit);
        var builds = run.Json().GetProperty("builds");
        Assert.Equal(["zlib", "libpng"], builds.EnumerateArray().Select(build => build.GetProperty("nvr").GetString()));
        Assert.All(builds.EnumerateArray(), build => Assert.Equal("Complete", build.GetProperty("state").GetString()));
        Assert.Contains("Uploading zlib.src.rpm", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_the_servers_sentence_and_json_still_has_the_builds_before_it()
    {
        await using var server = await StandInServer.Start();
        server.Meddle = context => context.Request.Query["name"] == "libpng.src.rpm"
            ? StandInServer.Refuse(context, 409, "libpng-1.6-1 is already built in testos; raise its release.")
            : Task.FromResult(false);
        using var folder = new TempFolder();

        using var run = await CliRun.Of(server, "build", "--json", Samples.SourceRpm(folder.Path, "zlib.src.rpm"), Samples.SourceRpm(folder.Path, "libpng.src.rpm"));

        Assert.Equal((int)ExitCode.Refused, await run.Exit);
        Assert.Contains("libpng.src.rpm: libpng-1.6-1 is already built in testos; raise its release.", run.Error.Split('\n'));
        Assert.Equal("libpng.src.rpm", run.Json().GetProperty("notSubmitted")[0].GetProperty("source").GetString()![^14..]);
        Assert.Equal(17, run.Json().GetProperty("builds")[0].GetProperty("id").GetInt64());
        var error = run.Json().GetProperty("error");
        Assert.Equal((3, 409), (error.GetProperty("exitCode").GetInt32(), error.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task All_files_are_looked_at_before_the_first_is_sent()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var good = Samples.SourceRpm(folder.Path, "zlib.src.rpm");

        foreach (var (bad, sentence) in new[]
        {
            (Path.Combine(folder.Path, "nosuch.src.rpm"), "cannot be read"),
            (folder.Path, "cannot be read"),
            (folder.File("text.src.rpm", new string('x', 500)), "is no RPM package"),
            (folder.File("short.src.rpm", "x"), "is no RPM package"),
            (Samples.SourceRpm(folder.Path, "hello.x86_64.rpm", type: 0), "is a binary package"),
            ("ftp://example.org/hello.src.rpm", "http and https"),
        })
        {
            using var run = await CliRun.Of(server, "build", good, bad);
            Assert.Equal((int)ExitCode.Usage, await run.Exit);
            Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
            Assert.Contains(bad, run.Error, StringComparison.Ordinal);
        }
        Assert.Empty(server.Uploads);
    }

    [Fact]
    public async Task On_a_terminal_the_upload_is_one_line_drawn_over_and_no_wider_than_the_terminal()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();

        using var run = await CliRun.Of(new CliWorld { Server = server.Url, Terminal = true, Width = 60 }, "build", Samples.SourceRpm(folder.Path, "hello-2.12-1.src.rpm", 50_000_000));

        Assert.Equal(0, await run.Exit);
        var beforeTheResult = run.Out[..run.Out.IndexOf("Uploaded ", StringComparison.Ordinal)];
        Assert.DoesNotContain('\n', beforeTheResult);
        Assert.Contains("  0%  0 B of 50 MB", beforeTheResult, StringComparison.Ordinal);
        Assert.EndsWith("\r\e[K", beforeTheResult, StringComparison.Ordinal);
        Assert.All(beforeTheResult.Split('\r'), line => Assert.True(line.Replace("\e[K", "", StringComparison.Ordinal).Length < 60, line));
    }

    [Fact]
    public async Task Long_uploads_tell_how_far_they_are_where_there_is_no_terminal()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var world = new CliWorld { Server = server.Url, Time = new LeapingTime(TimeSpan.FromSeconds(4)) };

        using var run = await CliRun.Of(world, "build", Samples.SourceRpm(folder.Path, "big.src.rpm", 2_000_000));

        Assert.Equal(0, await run.Exit);
        Assert.Contains(run.OutLines, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^Uploading big\.src\.rpm: [1-9][0-9]?%, .* of 2 MB, .*/s$"));
        Assert.DoesNotContain('\r', run.Out);
    }

    [Fact]
    public async Task Hostile_names_cannot_drive_the_terminal()
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => (build with { Nvr = "evil\e]0;owned\a\e[2J\u202egpj.exe" }).FailedBecause("\e[31mred\nSecond line", "\e]52;c;cm0gLXJm\a");
        using var folder = new TempFolder();

        using var run = await CliRun.Of(server, "build", "--wait", Samples.SourceRpm(folder.Path, "evil.src.rpm"));

        Assert.Equal((int)ExitCode.BuildFailed, await run.Exit);
        Assert.DoesNotContain(run.Out, c => c != '\n' && char.IsControl(c) || c == '\u202e');
        Assert.Contains("evil␛]0;owned␇␛[2J", run.Out, StringComparison.Ordinal);
        Assert.Contains("␛[31mred Second line", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_while_the_upload_runs_is_told_at_once()
    {
        await using var server = await StandInServer.Start();
        server.Meddle = async context =>
        {
            if (context.Request.Method != "PUT") return false;
            await context.Request.Body.ReadExactlyAsync(new byte[100_000]);
            return await StandInServer.Refuse(context, 422, "hello.src.rpm is truncated: its header says more than it holds.");
        };
        using var folder = new TempFolder();

        using var run = await CliRun.Of(server, "build", Samples.SourceRpm(folder.Path, "hello.src.rpm", 400_000_000));

        Assert.Equal("hello.src.rpm is truncated: its header says more than it holds.\n", run.Error);
        Assert.Equal((int)ExitCode.Refused, await run.Exit);
    }

    /// <summary>A clock that is four seconds on whenever it is looked at.</summary>
    sealed class LeapingTime(TimeSpan leap) : TimeProvider
    {
        long ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref ticks, leap.Ticks);
    }
}
