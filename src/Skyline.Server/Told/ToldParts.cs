using Skyline.Server.Mail;
using Skyline.Server.Setup;

namespace Skyline.Server.Told;

static class ToldParts
{
    public static void AddTold(this IServiceCollection services, SkylineSettings settings) =>
        services.AddSingleton<SealedSecrets>().AddSingleton<SendOverHttp>().AddOnce<SendDeliveries>(settings)
        .AddSingleton<Links>().AddSingleton<WriteWebhooks>().AddSingleton<ShowDeliveries>().AddOnce<TellOfHappenings>(settings)
        .AddSingleton<SendOverSmtp>().AddSingleton<Unsubscribe>().AddSingleton<ChooseMail>().AddSingleton<WarnOfTokens>().AddSingleton<Feeds.NoticesFeed>().AddOnce<WriteLetters>(settings);
}
