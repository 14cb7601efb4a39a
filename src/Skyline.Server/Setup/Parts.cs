using Microsoft.AspNetCore.DataProtection;
using MudBlazor.Services;
using Skyline.Rpm;
using Skyline.Server.Advisories;
using Skyline.Server.Approvals;
using Skyline.Server.Audit;
using Skyline.Server.Backups;
using Skyline.Server.Batches;
using Skyline.Server.Bisections;
using Skyline.Server.Builders;
using Skyline.Server.Builds;
using Skyline.Server.Chains;
using Skyline.Server.Contents;
using Skyline.Server.Devices;
using Skyline.Server.Edge;
using Skyline.Server.Externals;
using Skyline.Server.Finding;
using Skyline.Server.Groups;
using Skyline.Server.Health;
using Skyline.Server.Help;
using Skyline.Server.Histories;
using Skyline.Server.Home;
using Skyline.Server.Hooks;
using Skyline.Server.Imports;
using Skyline.Server.Keeping;
using Skyline.Server.Locks;
using Skyline.Server.MassRebuilds;
using Skyline.Server.Metrics;
using Skyline.Server.Modules;
using Skyline.Server.NewBuild;
using Skyline.Server.Notices;
using Skyline.Server.Oidc;
using Skyline.Server.Passkeys;
using Skyline.Server.People;
using Skyline.Server.Planning;
using Skyline.Server.Pools;
using Skyline.Server.Repos;
using Skyline.Server.Schedules;
using Skyline.Server.SecondFactors;
using Skyline.Server.Shell;
using Skyline.Server.Settings;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.SideTags;
using Skyline.Server.Sources;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;
using Skyline.Server.Told;
using Skyline.Server.Traces;

namespace Skyline.Server.Setup;

/// <summary>What the appliance is made of, a line a feature.</summary>
static class Parts
{
    public static void AddSkyline(this IServiceCollection services, SkylineSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(all => FolderLock.Take(settings.Data, "skyline-server", all.GetRequiredService<TimeProvider>(), isShared: settings.Database.Length > 0));
        services.AddSingleton(all => Database.OpenOwn(settings, all.GetRequiredService<FolderLock>(), all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Blobs>().AddSingleton(new HeaderBudget()).AddSingleton<Bells>().AddSingleton<Chroots>();
        services.AddSingleton<KeyFile>().AddSingleton<TakeOverKey>().AddSingleton<SigningKeys>().AddSingleton<DestroySecrets>().AddSingleton<AddKey>().AddSingleton<KeyViews>().AddSingleton<SignPackages>();
        services.AddSingleton<CurrentSnapshots>().AddSingleton<Frames>().AddSingleton<LocatePackage>().AddSingleton<RepoSizes>().AddSingleton<PublishSnapshot>();
        services.AddSingleton<CreateTag>().AddSingleton<ChangeTags>().AddSingleton<WaitRepo>().AddSingleton<MakeClone>().AddSingleton<RemoveTag>().AddSingleton<LatestBuilds>().AddSingleton<CreateTarget>().AddSingleton<ChangeTarget>().AddSingleton<TagViews>().AddSingleton<EnrolBuilder>().AddSingleton<GreetBuilder>().AddSingleton<SwitchBuilder>().AddSingleton<ChangeChannels>().AddSingleton<RemoveBuilder>().AddTransient<NoteLoad>();
        services.AddSingleton<SubmitBuild>().AddSingleton<FetchSource>().AddSingleton<ImportRpm>().AddSingleton<ImportInParts>().AddSingleton<CancelBuild>().AddSingleton<ForecastStarts>().AddSingleton<SetPriority>().AddSingleton<ResubmitBuild>().AddSingleton<PromoteDraft>();
        services.AddSingleton<KeepColumns>().AddHostedService(all => all.GetRequiredService<KeepColumns>()).AddSingleton<FindBuilds>().AddSingleton<ShowChoices>().AddSingleton<CountOutcomes>().AddSingleton<ShowAttention>().AddSingleton<ShowHome>();
        services.AddSingleton<GitConfinement>().AddSingleton<Git>().AddSingleton<GetFile>().AddSingleton<FetchCommit>().AddSingleton<FetchLfs>().AddSingleton<FetchTree>().AddSingleton<ChangeCredentials>().AddSingleton<SubmitSource>().AddSingleton<SourceMade>().AddSingleton<RunSources>().AddOnce<FetchSources>(settings);
        services.AddSingleton<HookSecrets>().AddSingleton<HookFlood>().AddSingleton<WriteHook>().AddSingleton<ShowHooks>().AddSingleton<TakeEvent>().AddSingleton<ReceiveDelivery>().AddOnce<TellForges>(settings);
        services.AddSingleton<CreateSideTag>().AddSingleton<CreatePersonalTag>().AddSingleton<EditSideTag>().AddSingleton<RemoveSideTag>().AddSingleton<ExpireSideTags>().AddSingleton<Depsolver>().AddSingleton<InstallCheck>().AddSingleton<PromotionGates>().AddSingleton<PromoteSideTag>();
        services.AddSingleton<ClaimRuns>().AddSingleton<WaitingBuilders>().AddHostedService(all => all.GetRequiredService<WaitingBuilders>()).AddSingleton<LeaseTask>().AddSingleton<RenewLease>().AddSingleton<RunLog>().AddSingleton<ReadLog>().AddSingleton<SearchLog>().AddSingleton<UnfinishedFiles>().AddSingleton<TakeInParts>().AddSingleton<ReceiveFile>().AddSingleton<ReportRun>().AddSingleton<EndTask>();
        services.AddSingleton<BringLocked>().AddSingleton<ServeLocked>().AddSingleton<ShowLock>().AddSingleton<RebuildBuild>().AddSingleton<CompareBuilds>().AddSingleton<BuildSights>().AddSingleton<LookInside>().AddSingleton<KeepLocks>().AddOnce<KeepLocks>(settings);
        services.AddSingleton<KeptExtras>().AddSingleton<SetGroups>().AddSingleton<SetModules>().AddSingleton<WriteAdvisory>().AddSingleton<AttachBuilds>().AddSingleton<PublishAdvisory>();
        services.AddSingleton<OpenUpstream>().AddSingleton<RestingMirrors>().AddSingleton<FetchKeys>().AddSingleton<ReadMirrors>().AddSingleton<FetchRepomd>().AddSingleton<FetchFile>().AddSingleton<FetchMetadata>();
        services.AddSingleton<PinState>().AddSingleton<RefreshExternal>().AddSingleton<PackageCache>().AddSingleton<PullThrough>().AddSingleton<VerifiedOnDisk>().AddSingleton<ServeExternal>();
        services.AddSingleton<AddExternal>().AddSingleton<AskUpstream>().AddSingleton<RemoveExternal>().AddSingleton<TagExternals>().AddSingleton<ChrootExternals>().AddSingleton<PinnedLists>().AddSingleton<PinnedOffers>().AddSingleton<TellExternals>().AddSingleton<ExternalViews>();
        services.AddSingleton<KeepingTurns>().AddSingleton<SetRetention>().AddSingleton<ApplyRetention>().AddSingleton<CollectGarbage>().AddSingleton<VerifyStore>().AddSingleton<ExportTree>()
            .AddSingleton<KeepingReports>().AddSingleton<ExportTag>().AddSingleton<KeepingViews>().AddSingleton<NextNight>().AddSingleton<BeginKeeping>();
        services.AddSingleton<BackUpNow>();
        services.AddSingleton<BuildMembers>().AddSingleton<ChangeBatch>();
        services.AddSingleton<StartRebuild>().AddSingleton<MergeRebuild>().AddSingleton<NoAutoBuilds>().AddSingleton<FindLibrary>().AddSingleton<PlanSoname>();
        services.AddSingleton<AddPerson>().AddSingleton<EditPerson>().AddSingleton<MakeToken>().AddSingleton<RevokeToken>().AddSingleton<ShownOnce>().AddSingleton<ToldBack>().AddSingleton<Teams>().AddSingleton<GrantAccess>().AddSingleton<Passwords>().AddSingleton<Guesses>().AddSingleton<FailedSignIns>().AddSingleton<SignIn>().AddSingleton<Invite>().AddSingleton<AcceptInvitation>().AddSingleton<ChangePassword>().AddSingleton<NoteUse>().AddHostedService(all => all.GetRequiredService<NoteUse>()).AddSingleton<FirstStart>();
        services.AddSingleton<PageSettings>().AddSingleton<FirstRunCode>().AddSingleton<FirstRun>().AddSingleton<ReadHealth>().AddSingleton<Ready>().AddSingleton<StateNow>().AddSingleton<ServeMetrics>().AddSingleton<Manual>();
        services.AddSingleton<Admission>().AddSingleton<Codes>().AddSingleton<SetUpSecondFactor>().AddSingleton<FinishSignIn>().AddSingleton<PasskeyCeremony>().AddSingleton<LoginForToken>().AddSingleton<DeviceLogins>();
        services.AddSingleton<KeepSource>().AddSingleton<TellChain>().AddSingleton<PlanChain>().AddSingleton<StartChain>().AddSingleton<EditDraft>().AddSingleton<CheckSources>().AddSingleton<BeginBuilds>().AddTransient<SweepSources>().AddTransient<TellHead>();
        services.AddSingleton<CarryOut>().AddSingleton<Agree>().AddSingleton<Decline>().AddSingleton<ShowApprovals>().AddSingleton<CompareContent>();
        services.AddOnce<FillCapabilities>(settings);
        services.AddOnce<PublishBuild>(settings).AddOnce<PublishTags>(settings).AddOnce<RotateKeys>(settings).AddOnce<PinFirst>(settings).AddOnce<ExportNewest>(settings).AddOnce<AdvanceBatches>(settings);
        services.AddSingleton<HeldNow>().AddSingleton<Affected>().AddSingleton<RunSchedule>().AddSingleton<ScheduleClock>().AddSingleton<WriteSchedule>().AddOnce<ScoreRuns>(settings).AddSingleton<ReadNotice>();
        services.AddSingleton<ReadFacts>().AddSingleton<CompareBuildroots>().AddSingleton<StartBisection>().AddSingleton<CancelBisection>().AddOnce<NoteOutcomes>(settings).AddOnce<AdvanceBisections>(settings);
        services.AddHostedService<SendTraces>();
        services.AddSingleton<WritePool>().AddSingleton<JoinPool>().AddSingleton<SwarmEngine>().AddOnce<GrowPools>(settings);
        services.AddTold(settings);
        services.AddClock(settings);
        services.AddSingleton<WatchClock>().AddHostedService(all => all.GetRequiredService<WatchClock>());
        services.AddOnce<ScheduleClock>(settings);
        services.AddCallers(settings);
        services.AddOidc(settings);
        services.AddCascadingAuthenticationState();
        services.AddDataProtection().SetApplicationName("skyline").PersistKeysToFileSystem(new(Path.Combine(settings.Data, "keys", "pages")));
        services.AddProblemDetails();
        services.AddHealthChecks().AddCheck<Healthy>("skyline");
        services.AddEdge(settings);
        if (settings.Database.Length == 0) return;
        services.Configure<HostOptions>(host => host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
        services.AddSingleton<Storage.Postgresql.KeepGoing>().AddHostedService<Storage.Postgresql.OneServerDoes>().AddHostedService<Storage.Postgresql.LoopsGoOn>();
    }

    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddSmallPages();
        services.Configure<RouteOptions>(routes => routes.SetParameterPolicy<NotThere.Constraint>("page"));
        services.AddMudServices();
        services.AddSingleton<Languages>().AddSingleton<InstanceName>().AddScoped<Words>();
    }
}
