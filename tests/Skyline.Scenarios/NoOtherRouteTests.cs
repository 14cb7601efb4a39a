using System.Globalization;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>The distribution is somebody else's web server, and the builder has no route to it, nor to anything but the Skyline server.</summary>
public sealed partial class NoOtherRouteTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_builder_that_reaches_the_server_alone_builds_and_so_does_a_second_one_with_the_upstream_gone()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can make a network without routes.");
        var chroots = Directory.CreateTempSubdirectory("skyline-chroots-").FullName;
        await using var upstream = ProgramProcess.Start(["python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", Path.Combine(Checkout.TestOs, "repo")], new Dictionary<string, string>());
        var address = Url().Match(await upstream.Line("Serving HTTP on").WaitAsync(Ct)).Value;
        var definition = await File.ReadAllTextAsync(Path.Combine(Checkout.Chroots, "testos-1.json"), Ct);
        await File.WriteAllTextAsync(Path.Combine(chroots, "testos-1.json"), definition.Replace("file://${SKYLINE_TESTOS}/repo", address, StringComparison.Ordinal), Ct);
        await using var site = await Appliance.Start(Ct, settings: new Dictionary<string, string> { ["Skyline__Chroots"] = chroots });
        using var alone = LoneNetwork.With(site.Server.Address.Port);
        Assert.NotEqual(0, (await Tool.Run(alone.Enter[0], [.. alone.Enter.Skip(1), "curl", "-sS", address], Ct)).ExitCode);

        var first = await site.StartBuilder("first", freshData: true, within: alone.Enter);
        var one = await site.UntilComplete((await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, name: "one"))).Id);
        await first.Terminate(Ct);
        var asked = Packages().Matches(upstream.Output).Select(request => request.Value).ToList();
        await upstream.Kill();
        // Nothing was kept by this one: it makes its buildroot of what the server has.
        await site.StartBuilder("second", freshData: true, within: alone.Enter);
        var two = await site.UntilComplete((await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, name: "two"))).Id);

        Assert.Equal(["first", "second"], new[] { one, two }.Select(build => Assert.Single(build.Tasks[0].Runs).Builder!));
        // The upstream was asked for each package once, for both.
        Assert.NotEmpty(asked);
        Assert.Equal(asked.Distinct(), asked);
        Assert.Single((await site.Admin.External("testos-1-testos", Ct)).States);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{asked.Count} packages; first {Times(one)}, second {Times(two)}"));
        Directory.Delete(chroots, recursive: true);
    }

    static string Times(BuildDetails build) => string.Join(' ', build.Timings.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Key} {step.Value:0.00}")));

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+/")]
    private static partial Regex Url();

    [GeneratedRegex(@"GET /[^ ]+\.rpm ")]
    private static partial Regex Packages();
}
