using System.Reflection;
using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Shell;

/// <summary>
/// A page that shows a snapshot and follows its changes: loaded once for the static rendering, then, while a browser is connected,
/// again each time its bell rings. Bursts are merged; the wait ends with the page. Whoever is let in no more meanwhile is shown nothing
/// new: the page is asked for anew, and the door says what is so now. Of a page that is mostly forms, or shows a secret once, a part alone is one.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    static readonly TimeSpan breath = TimeSpan.FromMilliseconds(200);
    readonly CancellationTokenSource gone = new();
    Task following = Task.CompletedTask;

    [Inject] public required Bells Bells { get; init; }
    [Inject] public required TimeProvider Time { get; init; }

    [Inject] public required Words Said { get; init; }
    [Inject] public required Database Records { get; init; }
    [Inject] public required NavigationManager Navigation { get; init; }

    /// <summary>What the page was first said in goes on when a browser is connected, where no request asks for a language any more.</summary>
    [PersistentState(AllowUpdates = true)] public string? Language { get; set; }

    /// <summary>Null once a browser is connected.</summary>
    [CascadingParameter] public HttpContext? Http { get; set; }

    /// <summary>While a browser is connected, too.</summary>
    [CascadingParameter] public Task<AuthenticationState>? Whose { get; set; }

    /// <summary>Whether there is what the address names.</summary>
    protected virtual bool IsThere => true;

    /// <summary>What this page shows changes when this rings; of what is not there, the bell of all: one of its own would be kept for ever.</summary>
    protected abstract string Bell { get; }

    /// <summary>And when this rings; null: nothing else.</summary>
    protected virtual string? AlsoBell => null;

    /// <summary>How long changes are gathered before the page is loaded again.</summary>
    protected virtual TimeSpan Breath => breath;

    /// <summary>A page that says what only time changes (that a builder is lost) is loaded again after this, though nothing rang.</summary>
    protected virtual TimeSpan MostQuiet => Timeout.InfiniteTimeSpan;

    protected abstract void Load();

    protected override void OnParametersSet()
    {
        if (Http is not null) Language = Said.Language;
        else if (Language is not null) Said.Speak(Language);
        Look();
        if (!IsThere && Http is not null) Http.IsNotThere();
    }

    /// <summary>No request is behind a connected page: who looks at it is said here, and who is not known yet is nobody.</summary>
    void Look(bool draw = false) => Sight.Through(LookThrough.Of(Viewer), () =>
    {
        Load();
        if (draw) StateHasChanged();
        return true;
    });

    /// <summary>(What anybody may read goes on being read by whose session has ended, on a wall for weeks.)</summary>
    bool IsLetIn() => Viewer?.Identity is not CallerIdentity caller
        || Records.Read(db => StillLetIn.Is(db, caller, withSession: GetType().GetCustomAttribute<NeedsAttribute>()?.Right is not (null or Right.Read), Time.Stamp()));

    /// <summary>Who looks at it, connected or not; null: nobody who is known.</summary>
    protected ClaimsPrincipal? Viewer => Http?.User ?? (Whose is { IsCompletedSuccessfully: true } known ? known.Result.User : null);

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) following = Follow(gone.Token);
    }

    async Task Follow(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                Task[] rings = AlsoBell is { } also ? [Bells.Next(Bell), Bells.Next(also)] : [Bells.Next(Bell)];
                var isLetIn = true;
                await InvokeAsync(() =>
                {
                    if (isLetIn = IsLetIn()) Look(draw: true);
                    else Navigation.Refresh(forceReload: true);
                });
                if (!isLetIn) return;
                await Bells.WaitAny(rings, MostQuiet, ct);
                await Task.Delay(Breath, Time, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The page is gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await following;
        gone.Dispose();
        GC.SuppressFinalize(this);
    }
}
