using Skyline.Server.Mail;

namespace Skyline.Server.Told;

static class ToldParts
{
    public static void AddTold(this IServiceCollection services) =>
        services.AddSingleton<SealedSecrets>().AddSingleton<SendOverHttp>().AddHostedService<SendDeliveries>()
        .AddSingleton<Links>().AddSingleton<WriteWebhooks>().AddSingleton<ShowDeliveries>().AddHostedService<TellOfHappenings>()
        .AddSingleton<SendOverSmtp>().AddSingleton<Unsubscribe>().AddSingleton<ChooseMail>().AddSingleton<WarnOfTokens>().AddSingleton<Feeds.NoticesFeed>().AddHostedService<WriteLetters>();
}
