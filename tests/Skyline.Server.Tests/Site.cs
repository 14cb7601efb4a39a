using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Setup;

namespace Skyline.Server.Tests;

/// <summary>The real server on a loopback port of its own, with a fresh data folder and a chroot definition that needs no network.</summary>
public sealed class Site : IAsyncDisposable
{
    readonly WebApplication app;
    readonly List<HttpClient> clients = [];

    Site(WebApplication app, string data, Uri address) => (this.app, Data, Address) = (app, data, address);

    public string Data { get; }
    public Uri Address { get; }
    public T Part<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Null: the server has no such part.</summary>
    public object? Find(Type part) => app.Services.GetService(part);

    /// <summary>An empty database with its tables: made once, not a thousand times.</summary>
    static readonly Lazy<byte[]> migrated = new(() =>
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("skyline-tables-").FullName, "skyline.db");
        Skyline.Server.Storage.Database.Open(file).Dispose();
        var bytes = File.ReadAllBytes(file);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return bytes;
    });

    /// <summary>Where the tables of a data folder are, as Skyline:Database has it; null: in the folder.</summary>
    internal static Func<string, Task<string>>? TablesElsewhere { get; set; }

    /// <param name="data">A folder that an earlier site left; null: a new one.</param>
    public static async Task<Site> Open(string? data = null, Action<IServiceCollection>? change = null, params string[] settings)
    {
        data ??= Directory.CreateTempSubdirectory("skyline-site-").FullName;
        var chroots = Path.Combine(data, "chroots");
        Directory.CreateDirectory(chroots);
        await File.WriteAllTextAsync(Path.Combine(chroots, "paper-1.json"), PaperChroot);
        var says = settings.Any(one => one.StartsWith("--Skyline:Database=", StringComparison.Ordinal));
        if (TablesElsewhere is { } elsewhere && !says) settings = [.. settings, $"--Skyline:Database={await elsewhere(data)}"];
        else if (!says && !File.Exists(Path.Combine(data, "skyline.db"))) await File.WriteAllBytesAsync(Path.Combine(data, "skyline.db"), migrated.Value);
        var app = Appliance.Build(
            ["--urls=http://127.0.0.1:0", $"--Skyline:Data={data}", $"--Skyline:Chroots={chroots}", "--Skyline:FirstTag=paper", "--Skyline:PinChrootRepos=false", "--Skyline:RetryLostAfterSeconds=0", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Warning", .. settings], change);
        await app.Start(TestContext.Current.CancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new Site(app, data, new Uri(address));
    }

    const string PaperChroot = """
        {
          "name": "paper-1", "title": "Paper, which builds nothing", "releaseVersion": "1",
          "arches": { "x86_64": {}, "aarch64": {}, "i686": { "buildroot": "x86_64" } },
          "packages": ["@build"],
          "repos": [{ "id": "paper", "baseUrl": "file:///nonexistent/paper", "gpgCheck": false }],
          "macros": { "dist": ".pp1" }
        }
        """;

    public HttpClient Http(string? token = null)
    {
        var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(100) };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        clients.Add(http);
        return http;
    }

    public string AdminToken => File.ReadAllText(Path.Combine(Data, "admin.token")).Trim();

    public string BuilderToken => File.ReadAllText(Path.Combine(Data, "builder.token")).Trim();

    public SkylineClient Admin => new(Http(AdminToken));

    /// <summary>Somebody who is no administrator.</summary>
    public async Task<SkylineClient> Person(string name) => new(Http((await Admin.AddPerson(new NewPerson(name), TestContext.Current.CancellationToken)).Token));

    /// <summary>The secret of a browser's session that somebody began with their token.</summary>
    public async Task<string> Session(string token) => (await Part<SignIn>().WithToken(token, new DefaultHttpContext())).Entered!.Session!;

    /// <summary>The builder that the first start enrols.</summary>
    public BuilderContract LocalBuilder => new(Http(BuilderToken));

    public async Task<BuilderContract> Enrol(string name) =>
        new(Http((await Admin.EnrolBuilder(new NewBuilder(name, name + "-owner"), TestContext.Current.CancellationToken)).Token));

    /// <summary>Who adds an endpoint runs its tests with SKYLINE_UNNOTED=FILE, and finds in it the doors whose changes were noted by the door alone, not in words of their own (Audit/Change.cs).</summary>
    async Task TellUnnoted()
    {
        if (Environment.GetEnvironmentVariable("SKYLINE_UNNOTED") is not { Length: > 0 } file) return;
        using var database = Skyline.Server.Storage.Database.Open(Path.Combine(Data, "skyline.db"));
        foreach (var act in database.Read(db => Skyline.Server.Storage.Sql.All<string>(db, "SELECT DISTINCT entry ->> '$.act' FROM audit WHERE entry ->> '$.act' LIKE 'did %'"))) await File.AppendAllTextAsync(file, act + "\n");
    }

    /// <summary>Stops the server and keeps its data.</summary>
    public async Task Stop()
    {
        foreach (var client in clients) client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await TellUnnoted();
        Directory.Delete(Data, recursive: true);
    }
}
