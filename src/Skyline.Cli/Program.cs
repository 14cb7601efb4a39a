using System.CommandLine;
using System.Reflection;
using Skyline.Cli.Advisories;
using Skyline.Cli.Approvals;
using Skyline.Cli.Audit;
using Skyline.Cli.Batches;
using Skyline.Cli.Builders;
using Skyline.Cli.Builds;
using Skyline.Cli.Chains;
using Skyline.Cli.Connection;
using Skyline.Cli.Doctors;
using Skyline.Cli.Externals;
using Skyline.Cli.Hooks;
using Skyline.Cli.Imports;
using Skyline.Cli.Keys;
using Skyline.Cli.Locks;
using Skyline.Cli.Login;
using Skyline.Cli.Logs;
using Skyline.Cli.MassRebuilds;
using Skyline.Cli.Notices;
using Skyline.Cli.Packages;
using Skyline.Cli.People;
using Skyline.Cli.Pools;
using Skyline.Cli.Repos;
using Skyline.Cli.Schedules;
using Skyline.Cli.Shells;
using Skyline.Cli.SideTags;
using Skyline.Cli.Sources;
using Skyline.Cli.Tags;
using Skyline.Cli.Targets;
using Skyline.Cli.Terminal;
using Skyline.Cli.Told;

namespace Skyline.Cli;

static class Program
{
    public static string Version { get; } = typeof(Program).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    static Task<int> Main(string[] args) => Run(args, Surroundings.OfThisProcess(), CancellationToken.None);

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(string[] args, Surroundings world, CancellationToken ct)
    {
        var parsed = Commands(world).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0) return Misused(parsed, world);
        try
        {
            // (Written out inside the try: that, too, may find that the reader has gone.)
            using var output = new StreamWriter(world.Out, leaveOpen: true);
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = world.Error, EnableDefaultExceptionHandler = false }, ct);
        }
        catch (ReaderGoneException)
        {
            return (int)ExitCode.ReaderGone;
        }
        catch (Exception e)
        {
            world.Error.WriteLine($"This is a defect in skyline {Version}; please report it with these lines. {e}");
            return (int)ExitCode.Defect;
        }
    }

    public static RootCommand Commands(Surroundings world)
    {
        var global = new GlobalOptions(world);
        var root = new RootCommand($"Builds RPM packages on a Skyline server.\n\nExit codes:\n{ExitCodeLines()}")
        {
            LoginCommand.Make(global), BuildCommand.Make(global), ChainCommand.Make(global), WatchCommand.Make(global), LogCommand.Make(global),
            CancelCommand.Make(global), RebuildCommand.Make(global), ResubmitCommand.Make(global), SetPriorityCommand.Make(global), LockCommand.Make(global), CompareCommand.Make(global), BuildsCommand.Make(global), TagCommand.Make(global), TargetCommand.Make(global), SideTagCommand.Make(global), PackageCommand.Make(global),
            RepoCommand.Make(global), ImportCommand.Make(global), KeyCommand.Make(global), ExternalCommand.Make(global), BuilderCommand.Make(global), ChannelCommand.Make(global), PoolCommand.Make(global),
            AdvisoryCommand.Make(global), PersonCommand.Make(global), TeamCommand.Make(global), TokenCommand.Make(global), GitCredentialCommand.Make(global), BatchCommand.Make(global),
            MassRebuildCommand.Make(global), PlanBumpCommand.Make(global),
            ScheduleCommand.Make(global), FailingCommand.Make(global), FailingCommand.MakeHistory(global), BisectCommand.Make(global), BisectCommand.MakeBisection(global), NoticesCommand.Make(global), WebhookCommand.Make(global), MailCommand.Make(global), AuditCommand.Make(global), ApprovalCommand.Make(global),
            HookCommand.Make(global), DoctorCommand.Make(global), Keeping.BackupCommand.Make(global),
            CompletionCommand.Make(global), CompleteCommand.Make(global, () => Commands(world)), ManCommand.Make(global, () => Commands(world)),
            global.Json, global.Server, global.TokenFile, global.Authority,
        };
        return root;
    }

    static int Misused(ParseResult parsed, Surroundings world)
    {
        foreach (var error in parsed.Errors) world.Error.WriteLine(Untrusted.Line(error.Message));
        world.Error.WriteLine($"How it is used: {CommandLine(parsed)} --help");
        using var screen = new Screen(world, parsed.GetValue<bool>("--json"));
        if (screen.Json)
            screen.Document(new ErrorDocument(new CliError((int)ExitCode.Usage, parsed.Errors[0].Message)), CliJson.Default.ErrorDocument);
        return (int)ExitCode.Usage;
    }

    static string CommandLine(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
            names.Push(at.Command is RootCommand ? "skyline" : at.Command.Name);
        return string.Join(' ', names);
    }

    static string ExitCodeLines() => string.Join('\n', ExitCodes.Table.Select(row => $"  {(int)row.Code,3}  {row.Meaning}"));
}
