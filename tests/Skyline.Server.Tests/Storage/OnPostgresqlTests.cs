using Npgsql;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;
using Skyline.Testing;

namespace Skyline.Server.Tests.Storage;

/// <summary>The real server on a real PostgreSQL: alone, two on one, and with one that is away for a while.</summary>
public sealed class OnPostgresqlTests(OnPostgresqlTests.Once once) : IClassFixture<OnPostgresqlTests.Once>, IAsyncLifetime
{
    public sealed class Once : IAsyncLifetime
    {
        public PostgresqlCluster Cluster { get; private set; } = null!;
        public async ValueTask InitializeAsync() => Cluster = await PostgresqlCluster.Start(isSafe: false, Ct);
        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string data = Directory.CreateTempSubdirectory("skyline-shared-").FullName;
    string connection = "";

    public async ValueTask InitializeAsync()
    {
        var name = "d" + Guid.NewGuid().ToString("N");
        await using var first = new NpgsqlConnection(once.Cluster.Connection("postgres"));
        await first.OpenAsync(Ct);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", first);
        await create.ExecuteNonQueryAsync(Ct);
        connection = once.Cluster.Connection(name);
    }

    Task<Site> Open() => Site.Open(data, null, $"--Skyline:Database={connection}");

    static readonly Paper source = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64"), binary = Papers.Binary("hello", "2.12", "1.pp1");

    static Task<BuildDetails> Submit(Site at) => at.Admin.Submit(source.Open(), source.FileName, "paper", scratch: false, Ct);

    static async Task<BuildDetails> UntilComplete(SkylineClient at, long id)
    {
        var build = await at.Build(id, Ct);
        while (build.State is not (BuildState.Complete or BuildState.Failed or BuildState.Cancelled)) build = await at.WaitBuild(id, build.Revision, 30, Ct);
        return build;
    }

    [Fact]
    public async Task A_build_goes_from_its_submission_to_its_repository_and_nothing_of_it_is_in_a_file_of_SQLites()
    {
        await using var site = await Open();
        var build = await Submit(site);
        await new PaperBuilder(site.LocalBuilder).Build(source, binary);

        Assert.Equal(BuildState.Complete, (await UntilComplete(site.Admin, build.Id)).State);
        Assert.Equal((await site.Admin.Tag("paper", Ct)).Snapshot, site.Part<CurrentSnapshots>().Of("paper")!.Hash);
        Assert.False(File.Exists(Path.Combine(data, "skyline.db")));
        await using var there = new NpgsqlConnection(connection);
        await there.OpenAsync(Ct);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM skyline.builds WHERE state = 'Complete'", there);
        Assert.Equal(1L, await count.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task Two_servers_on_one_database_see_each_others_work()
    {
        var one = await Open();
        await using var other = await Open();
        var waiting = new PaperBuilder(other.LocalBuilder).Lease(waitSeconds: 60);
        var build = await Submit(one);

        // Who waits at one is woken by what is submitted at the other.
        var run = await waiting;
        Assert.Equal(build.Id, run.BuildId);
        var builder = new PaperBuilder(other.LocalBuilder);
        await builder.Deliver(run, source, binary);
        Assert.Equal(BuildState.Complete, (await UntilComplete(one.Admin, build.Id)).State);
        // Whichever has published it, each serves it.
        var snapshots = await Task.WhenAll(new[] { one, other }.Select(async site => (await site.Admin.Tag("paper", Ct)).Snapshot));
        Assert.Equal(snapshots[0], snapshots[1]);
        Assert.Equal(snapshots[0], one.Part<CurrentSnapshots>().Of("paper")!.Hash);
        Assert.Equal(snapshots[0], other.Part<CurrentSnapshots>().Of("paper")!.Hash);

        // And one that goes takes nothing with it: what is done once is now the other's.
        await one.Stop();
        Assert.Equal(BuildState.Complete, (await other.Admin.Build(build.Id, Ct)).State);
        var (laterSource, laterBinary) = (Papers.Source("hello", "2.13", "1.pp1", exclusiveArch: "x86_64"), Papers.Binary("hello", "2.13", "1.pp1"));
        var later = await other.Admin.Submit(laterSource.Open(), laterSource.FileName, "paper", scratch: false, Ct);
        await builder.Build(laterSource, laterBinary);
        Assert.Equal(BuildState.Complete, (await UntilComplete(other.Admin, later.Id)).State);
    }

    [Fact]
    public async Task A_server_goes_on_by_itself_when_PostgreSQL_is_there_again()
    {
        await using var site = await Open();
        await site.Person("before");
        await once.Cluster.Break(Ct);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Person("meanwhile"));
        Assert.Equal(503, refused.Status);
        Assert.Contains("cannot be reached", refused.Message, StringComparison.Ordinal);

        await once.Cluster.Begin(Ct);
        await site.Person("after");
        var build = await Submit(site);
        await new PaperBuilder(site.LocalBuilder).Build(source, binary);
        // Its own loops have gone on, too: publishing is one of them.
        Assert.Equal(BuildState.Complete, (await UntilComplete(site.Admin, build.Id)).State);
        Assert.Equal(["after", "before"], (await site.Admin.People(Ct)).Select(person => person.Name).Where(name => name is "before" or "meanwhile" or "after").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_is_no_connection_is_said_and_a_password_is_not()
    {
        Assert.Contains("Passfile", Server.Storage.Postgresql.ConnectTo.WhyNot("postgres://u:secret@h/d"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Server.Storage.Postgresql.ConnectTo.WhyNot("Host=h;Nonsense=secret"), StringComparison.Ordinal);
        var away = Assert.Throws<IOException>(() => Database.OpenShared("Host=/nonexistent;Username=u;Password=secret;Database=d", TimeProvider.System));
        Assert.Contains("Skyline__Database", away.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", away.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        return ValueTask.CompletedTask;
    }
}
