using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>Two servers on one PostgreSQL and one folder, each with a builder that asks it alone.</summary>
public sealed class TwoServersTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string folder = Directory.CreateTempSubdirectory("skyline-servers-").FullName;

    [Fact(Timeout = 300_000)]
    public async Task Whichever_server_is_killed_what_it_took_in_is_built_and_published_by_the_other()
    {
        await using var tables = await PostgresqlCluster.Start(isSafe: true, Ct);
        await using ServerProcess one = On(tables), two = On(tables);
        await one.Start();
        await two.Start();
        await using ProgramProcess near = await Builder(one, "near"), far = await Builder(two, "far");

        await Complete(two, await Submit(one, "1.0"));
        // The first does what is done once: it came first.
        var second = await Submit(one, "2.0");
        await one.Kill();
        await Complete(two, second);

        await one.Start();
        var third = await Submit(two, "3.0");
        await two.Kill();
        await Complete(one, third);

        Assert.Equal(["hello-3.0-1.tos1"], (await one.Admin().Latest("testos", Ct)).Select(build => build.Nvr));
        Assert.Equal(["Packages/h/hello-3.0-1.tos1.x86_64.rpm"], (await RepositoryChecks.IsWhole(one.Http(), "testos", "x86_64", Ct)).Where(name => !name.Contains("debug", StringComparison.Ordinal)));
        foreach (var builder in new[] { near, far }) await builder.Terminate(Ct);
        await one.Process.Terminate(Ct);
        Directory.Delete(folder, recursive: true);
    }

    ServerProcess On(PostgresqlCluster tables) => new(Path.Combine(folder, "server"), new Dictionary<string, string>
    {
        ["Skyline__Database"] = tables.Connection("postgres"), ["Skyline__HeartbeatSeconds"] = "1", ["--Skyline:LeaseSeconds"] = "20",
    });

    async Task<ProgramProcess> Builder(ServerProcess of, string name)
    {
        var token = Path.Combine(folder, name + ".token");
        await File.WriteAllTextAsync(token, (await of.Admin().EnrolBuilder(new NewBuilder(name, name + "-owner"), Ct)).Token, Ct);
        var builder = BuilderProcess.Start(of.Address, token, Path.Combine(folder, name));
        await builder.Line(" works for ").WaitAsync(Ct);
        return builder;
    }

    async Task<long> Submit(ServerProcess to, string version)
    {
        var srpm = await SourcePackage.MakeHello(folder, Ct, version: version);
        await using var file = File.OpenRead(srpm);
        return (await to.Admin().Submit(file, Path.GetFileName(srpm), "testos", scratch: false, Ct)).Id;
    }

    static async Task Complete(ServerProcess asked, long id)
    {
        var build = await asked.Admin().Build(id, Ct);
        while (build.State is not (BuildState.Complete or BuildState.Failed or BuildState.Cancelled)) build = await asked.Admin().WaitBuild(id, build.Revision, 30, Ct);
        Assert.True(build.State == BuildState.Complete, $"{build.Nvr} is {build.State}: {build.Why}");
    }
}
