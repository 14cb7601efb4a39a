using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Notices;

/// <summary>`skyline notices`: what the server has to tell you.</summary>
static class NoticesCommand
{
    public static Command Make(GlobalOptions global)
    {
        var all = new Option<bool>("--all") { Description = "Those that you have read too" };
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 20 };
        var read = new Option<bool>("--read") { Description = "Say that you have read them" };
        var command = new Command("notices", "Read what the server has to tell you of your packages") { all, limit, read };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.Notices(ct, unread: !parsed.GetValue(all), limit: parsed.GetValue(limit));
            session.Screen.Result(page, SkylineJson.Default.NoticePage, to =>
            {
                foreach (var notice in page.Notices)
                    to.WriteLine(Untrusted.Line($"{notice.At.UtcDateTime:yyyy-MM-dd HH:mm}  {(notice.ReadAt is null ? "new  " : "")}{notice.Sentence}"));
            });
            if (page.Notices.Count == 0) session.Screen.Say(parsed.GetValue(all) ? "You were told nothing yet." : "There is nothing new; --all shows what was.");
            // What came meanwhile was not shown.
            if (parsed.GetValue(read) && page.Notices.Count > 0) await session.Client.ReadNotices(new(page.Notices[0].Id), ct);
            return ExitCode.Ok;
        });
        return command;
    }
}
