namespace Skyline.Server.Backups;

/// <summary>The settings as the server would have them, for a command on its host: its files, the environment, the command line.</summary>
static class HostSettings
{
    public static IConfigurationRoot Configuration(string[] args) => new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables().AddCommandLine([.. args.Where(arg => arg.StartsWith("--Skyline:", StringComparison.OrdinalIgnoreCase) || arg.StartsWith("--urls", StringComparison.OrdinalIgnoreCase))]).Build();

    public static SkylineSettings Read(string[] args) => Configuration(args).GetSection("Skyline").Get<SkylineSettings>() ?? new();
}
