using System.Text.Json.Serialization;
using Skyline.Protocol;
using Skyline.Server.Api;
using Skyline.Server.Audit;
using Skyline.Server.Backups;
using Skyline.Server.ClientCertificates;
using Skyline.Server.Draining;
using Skyline.Server.Edge;
using Skyline.Server.Externals;
using Skyline.Server.Shell;
using Skyline.Server.Settings;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;

namespace Skyline.Server.Setup;

/// <summary>Puts the appliance together; what it consists of can be read here from top to bottom.</summary>
static class Appliance
{
    /// <param name="change">For tests: other parts in place of some, a clock above all.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? change = null)
    {
        // Pages and styles are beside the program, wherever it is started from.
        // Its settings do not change while it runs: nobody watches their files.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false", .. args], ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseKestrelHttpsConfiguration();
        // A build's options come in its address, beside a body that streams.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestLineSize = 64 << 10);
        var settings = ReadSettings.Of(builder.Configuration);
        builder.AddDrain(settings);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, SkylineJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, new LaterJson());
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        Directory.CreateDirectory(settings.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SchemaNote.Write(settings.Data, Migrations.Newest);
        builder.Services.AddSkyline(settings);
        builder.AddTls(settings);
        change?.Invoke(builder.Services);
        builder.Services.AddApiDocument();
        builder.Services.AddPages();

        var app = builder.Build();
        app.UseDrain();
        app.UseForwardedHeaders();
        app.UseOnlyHttps(settings);
        app.UseSmallPages();
        app.UsePrefixedPages(settings);
        app.UseMiddleware<FaultsToSentences>();
        app.UseMiddleware<EmptyRefusals>();
        app.UseOthersContent();
        app.UsePageSecurity();
        app.MapSkyline();
        return app;
    }

    /// <summary>First what the last stop left undone, then the doors open.</summary>
    public static async Task Start(this WebApplication app, CancellationToken ct = default)
    {
        var services = app.Services;
        services.GetRequiredService<FolderLock>();
        RestoreBackup.RefuseHalfDone(services.GetRequiredService<SkylineSettings>().Data);
        services.GetRequiredService<Database>().Connect(services.GetRequiredService<Bells>());
        services.GetRequiredService<PageSettings>().Apply();
        await services.GetRequiredService<FirstStart>().Run(ct);
        services.GetRequiredService<TellHead>().Tell();
        await services.GetRequiredService<ChrootExternals>().Note(ct);
        await Kin.Note(services.GetRequiredService<Database>());
        await ChrootEngines.Note(services.GetRequiredService<Database>(), services.GetRequiredService<Chroots>());
        await ExpireLeases.Forgive(services.GetRequiredService<Database>(), services.GetRequiredService<SkylineSettings>(), services.GetRequiredService<TimeProvider>());
        services.GetService<ICertificateSource>()?.Open();
        UnderPrefix.Check(services.GetRequiredService<SkylineSettings>(), ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
        await app.StartAsync(ct);
        services.GetRequiredService<FirstRun>().Tell(app.Listens(), services.GetRequiredService<ILogger<FirstRun>>());
        await app.TellReady(ct);
    }
}
