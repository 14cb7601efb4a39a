namespace Skyline.Server.Told;

static class ToldParts
{
    public static void AddTold(this IServiceCollection services) =>
        services.AddSingleton<SealedSecrets>().AddSingleton<SendOverHttp>().AddHostedService<SendDeliveries>();
}
