using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>Joins a pool: shows its token once, and gets one of this builder's own, which is kept in memory alone. A server that is not there yet is waited for.</summary>
static class JoinPool
{
    /// <exception cref="BuilderBrokeException">The server does not take it; the message is the server's sentence.</exception>
    public static async Task<string> Join(BuilderOptions options, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        using var http = new HttpClient(ServerSockets.Make(options.Authority, TimeSpan.FromSeconds(10)))
        {
            BaseAddress = options.Server, Timeout = TimeSpan.FromSeconds(60),
            DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("skyline-builder", AgentVersion.Text) } },
        };
        var (contract, backoff, reached) = (new BuilderContract(http), new Backoff(time), true);
        while (true)
        {
            try
            {
                var joined = await contract.Join(new(options.PoolToken!, options.Name!), stopping);
                log.LogInformation("Joined the pool as {Name}", joined.Name);
                return joined.Token;
            }
            catch (RefusedException e) when (e.Status is >= 400 and < 500 and not 429)
            {
                throw new BuilderBrokeException($"{options.Server} does not let {options.Name} join: {e.Message}", e);
            }
            catch (Exception e) when (e is RefusedException || RunCalls.IsPassing(e, stopping))
            {
                if (reached) log.LogWarning("{Server} is not there to join: {Why}; trying on", options.Server, e.Message);
                reached = false;
            }
            await backoff.Wait(stopping);
        }
    }
}
