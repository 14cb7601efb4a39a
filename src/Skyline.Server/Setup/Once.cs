using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Skyline.Server.Setup;

/// <summary>A loop that does what is to be done once, however many servers share the database: one of them runs it (<see cref="Storage.Postgresql.OneServerDoes"/>).</summary>
sealed record Once(BackgroundService Loop);

static class OnceParts
{
    /// <summary>Where a server is alone with its database, the loop is the server's as any other.</summary>
    public static IServiceCollection AddOnce<T>(this IServiceCollection services, SkylineSettings settings) where T : BackgroundService
    {
        services.TryAddSingleton<T>();
        return settings.Database.Length == 0 ? services.AddHostedService(all => all.GetRequiredService<T>()) : services.AddSingleton(all => new Once(all.GetRequiredService<T>()));
    }
}
