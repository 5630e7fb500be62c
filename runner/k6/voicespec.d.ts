/** voicespec's scenarios as load: a virtual user is a station, every performance is judged. See docs/load.md. */
declare module 'k6/x/voicespec' {
  /** Who of a station acts. */
  export type Person = 'agent' | 'caller' | 'destination';

  export interface Settings {
    /** The text of a target file: open('voicespec.yaml'). */
    config: string;
    /** Who has a session for notifications; all by default, and the agent always. */
    listen?: Person[];
    /** Which failures count: "required" by default. */
    gate?: 'required' | 'recommended';
    /** A folder for the recordings of failed performances; none are kept without it. */
    evidence?: string;
    /** So many recordings are kept of failures, and as many samples; 20 by default. */
    keep?: number;
    /** One in so many of the performances that did not fail is kept, too. */
    sample?: number;
  }

  export interface Target {
    readonly stations: number;
    readonly scenarios: string[];
  }

  /** A check that failed, or was blocked. */
  export interface Failed {
    readonly id: string;
    readonly requirement: string;
    readonly title: string;
    readonly message: string;
  }

  export interface Performance {
    readonly scenario: string;
    /** Nothing failed at the gate. */
    readonly ok: boolean;
    /** In milliseconds. */
    readonly took: number;
    /** Why it could not be played to its end; empty if it was. */
    readonly blocked: string;
    readonly failed: Failed[];
  }

  export interface Done {
    readonly accepted: boolean;
    /** HTTP status and statusCode, or why there was no answer. */
    readonly answer: string;
    /** The call that the operation began; empty if it began none. */
    readonly call: string;
    /** Whoever asked for it was notified of what it leads to. */
    readonly notified: boolean;
  }

  /** Single operations on a station. */
  export interface Act {
    dial(from: Person, to: Person): Done;
    operate(who: Person, call: string, operation: string, parameters?: Record<string, unknown>): Done;
    /** Hangs up and judges the outcome of every operation. */
    end(): Performance;
  }

  export interface Station {
    readonly number: number;
    play(scenario: string): Performance;
    begin(): Act;
  }

  /** Says what is tested. It belongs into the init context. */
  export function target(config: string | Settings): Target;
  /** The station of this virtual user. */
  export function station(): Station;
  /** Performs a scenario on the station of this virtual user. */
  export function play(scenario: string): Performance;
}
